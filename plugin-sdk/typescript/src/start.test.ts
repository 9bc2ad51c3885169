import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { readBootstrap } from "./bootstrap-input.js";
import { startModeOf } from "./start-mode.js";

const listen = { OCELLI_MODULE_LISTEN: "127.0.0.1:7400" };
const registry = { OCELLI_REGISTRY: "reg:7300" };

test.for([
  { why: "a pipe on stdin means a host", env: {}, terminal: false, want: { kind: "child" } },
  { why: "a terminal means a person", env: {}, terminal: true, want: { kind: "by_hand" } },
  {
    why: "an address and a registry mean a service",
    env: { ...listen, ...registry },
    terminal: true,
    want: { kind: "stand_alone", listen: "127.0.0.1:7400", registry: "reg:7300", joinToken: undefined },
  },
  { why: "a registry alone changes nothing for a child", env: registry, terminal: false, want: { kind: "child" } },
  {
    why: "empty values are as good as none",
    env: { OCELLI_MODULE_LISTEN: "", OCELLI_REGISTRY: "" },
    terminal: false,
    want: { kind: "child" },
  },
])("$why", ({ env, terminal, want }) => {
  expect(startModeOf(env, terminal)).toMatchObject(want);
});

test("an address without a registry is half of it, and says what is missing", () => {
  expect(() => startModeOf(listen, false)).toThrow(/OCELLI_MODULE_LISTEN is set, OCELLI_REGISTRY is not/);
});

const line = { protocolMajors: [1], socket: "/s", token: "t", launchId: "l", limits: { messageBytes: 7 }, later: true };

test("the line may come in pieces, with more behind it, and the end is seen after it", async () => {
  const stdin = new PassThrough();
  const input = readBootstrap(stdin, 10_000);
  const text = `${JSON.stringify(line)}\nignored`;
  stdin.write(text.slice(0, 20));
  stdin.write(text.slice(20));
  expect(await input.line).toMatchObject({ socket: "/s", limits: { messageBytes: 7, itemsPerCall: 0 } });
  stdin.write("more\n".repeat(1_000));
  stdin.end();
  await input.ended;
});

test.for([
  { why: "an end without a line is no line", text: "", want: undefined },
  {
    why: "a line without an end of line is one",
    text: JSON.stringify(line),
    want: expect.objectContaining({ token: "t" }),
  },
])("$why", async ({ text, want }) => {
  const stdin = new PassThrough();
  stdin.end(text);
  expect(await readBootstrap(stdin, 10_000).line).toEqual(want);
});

test.for([
  { why: "something else than the line", text: "hello\n", message: "the bootstrap line is no JSON object" },
  { why: "an endless line", text: "x".repeat(70_000), message: "the bootstrap line is no JSON object" },
  {
    why: "a line without a token",
    text: `${JSON.stringify({ ...line, token: "" })}\n`,
    message: "token of the bootstrap line is no text, or empty",
  },
])("$why is refused", async ({ text, message }) => {
  const stdin = new PassThrough();
  stdin.write(text);
  await expect(readBootstrap(stdin, 10_000).line).rejects.toMatchObject({ code: "invalid", message });
});

test("a host that never writes is not waited for", async () => {
  await expect(readBootstrap(new PassThrough(), 10).line).rejects.toMatchObject({ code: "timeout" });
});
