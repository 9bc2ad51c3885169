import { expect, test } from "vitest";
import { isAtLeast, toolProblem } from "./toolchain.js";

test.for([
  { why: "the same will do", version: "3.9", least: "3.9", want: true },
  { why: "3.10 is newer than 3.9", version: "3.10.1", least: "3.9", want: true },
  { why: "3.8 is too old", version: "3.8.19", least: "3.9", want: false },
  { why: "what is not said counts as 0", version: "1.23", least: "1.23.1", want: false },
])("$why", ({ version, least, want }) => expect(isAtLeast(version, least)).toBe(want));

const language = (argv: [string, ...string[]], least: string) => ({
  ...{ id: "x", title: "Xlang", sdk: "x", vendor: async () => {}, firstCommand: () => "x test" },
  tool: { argv, least, get: "get it" },
});

test.for([
  { why: "a tool that is there and new enough", argv: ["node", "--version"], least: "18", says: undefined },
  {
    why: "one that is not there",
    argv: ["no-such-tool"],
    least: "1",
    says: "Xlang needs no-such-tool, which is not on the PATH: get it",
  },
  {
    why: "one that is too old",
    argv: ["node", "--version"],
    least: "999",
    says: /needs node 999 or newer, and the one here is version \d/,
  },
  { why: "one that fails", argv: ["node", "--no-such-option"], least: "1", says: /does not run here/ },
] satisfies { why: string; argv: [string, ...string[]]; least: string; says: string | RegExp | undefined }[])(
  "of $why it says so",
  async ({ argv, least, says }) => {
    const problem = await toolProblem(language(argv, least));
    if (says === undefined) expect(problem).toBeUndefined();
    else expect(problem).toMatch(says);
  },
);
