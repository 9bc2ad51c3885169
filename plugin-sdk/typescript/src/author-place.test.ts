import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { authorStack, placeOfError, placeOfFunction } from "./author-place.js";

function withStack(...frames: readonly string[]): Error {
  const error = new Error("no");
  error.stack = ["Error: no", ...frames.map((frame) => `    at ${frame}`)].join("\n");
  return error;
}

const ours = new URL("./run-one.js", import.meta.url).href;

test.for([
  { why: "the first frame", frames: ["poll (file:///m/dist/main.js:12:5)"], want: "/m/dist/main.js:12" },
  { why: "one without a function's name", frames: ["file:///m/main.js:3:1"], want: "/m/main.js:3" },
  { why: "one of an async function", frames: ["async read (file:///m/read.js:7:3)"], want: "/m/read.js:7" },
  { why: "a plain path, as CommonJS has it", frames: ["Object.<anonymous> (/m/main.cjs:4:9)"], want: "/m/main.cjs:4" },
  {
    why: "the first frame that is neither Node's, nor a package's, nor ours",
    frames: [
      "JSON.parse (<anonymous>)",
      "node:internal/fs/promises:639:10",
      "file:///m/node_modules/net-snmp/index.js:1:1",
      `runOne (${ours}:20:3)`,
      "read (file:///m/read.js:7:3)",
    ],
    want: "/m/read.js:7",
  },
  {
    why: "a folder with a space",
    frames: ["poll (file:///my%20modules/main.js:12:5)"],
    want: "/my modules/main.js:12",
  },
  { why: "nothing where no frame is the author's", frames: [`runOne (${ours}:20:3)`], want: undefined },
  { why: "nothing where there is no stack", frames: [], want: undefined },
])("the place of an error is $why", ({ frames, want }) => {
  expect(placeOfError(withStack(...frames))).toBe(want);
});

test("what is thrown may be anything", () => {
  expect(placeOfError("oops")).toBeUndefined();
  expect(placeOfError(undefined)).toBeUndefined();
  expect(authorStack({ stack: 5 })).toBe("");
});

describe("the place of a function", () => {
  const dir = mkdtempSync(join(tmpdir(), "ocelli-place-"));
  const file = join(dir, "main.js");
  writeFileSync(file, ["// A module.", "const name = 1;", "export const poll = async () => 5;", ""].join("\n"));
  afterAll(() => rmSync(dir, { recursive: true }));
  const definedAt = `${pathToFileURL(file).href}:2:7`;

  test("is found by its text in the file that defines the module", () => {
    expect(placeOfFunction({ code: async () => 5, definedAt })).toBe(`${file}:3`);
  });

  test.for([
    { why: "it is written elsewhere", code: () => "elsewhere" },
    { why: "it is one of Node's own", code: Math.max },
    { why: "there is none", code: undefined },
  ])("is that of the definition where $why", ({ code }) => {
    expect(placeOfFunction({ code, definedAt })).toBe(`${file}:2`);
  });

  test("is not told where nobody knows who defined the module", () => {
    expect(placeOfFunction({ code: () => 5, definedAt: undefined })).toBeUndefined();
    expect(placeOfFunction({ code: () => 6, definedAt: "file:///gone/main.js:7:1" })).toBe("/gone/main.js:7");
  });
});
