import { expect, test } from "vitest";
import { type BootstrapLine, parseBootstrapLine } from "./bootstrap.js";

const line: BootstrapLine = {
  protocolMajors: [1, 2],
  socket: "/run/x/s",
  token: "secret-token",
  launchId: "l1",
  limits: { messageBytes: 4_194_304, itemsPerCall: 100, callsInFlight: 0 },
};

test("a line is read as it was written, and what a newer host adds is ignored", () => {
  expect(parseBootstrapLine(`${JSON.stringify({ ...line, added: [1] })}\n`)).toEqual(line);
});

test("limits that are missing or odd are no wish", () => {
  const limits = { messageBytes: -1, itemsPerCall: "many" };
  expect(parseBootstrapLine(JSON.stringify({ ...line, limits })).limits).toEqual({
    messageBytes: 0,
    itemsPerCall: 0,
    callsInFlight: 0,
  });
});

test.for([
  {
    why: "what is no JSON, without quoting it",
    text: '{"token":"secret-token" oops',
    want: /^the bootstrap line is no JSON object$/,
  },
  { why: "a list", text: "[]", want: /no JSON object/ },
  {
    why: "a line without a socket",
    text: JSON.stringify({ ...line, socket: 7 }),
    want: /^socket of the bootstrap line/,
  },
  { why: "a line without majors", text: JSON.stringify({ ...line, protocolMajors: [] }), want: /^protocolMajors of/ },
])("refuses $why", ({ text, want }) => {
  expect(() => parseBootstrapLine(text)).toThrow(want);
});
