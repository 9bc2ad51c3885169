import { join } from "node:path";
import { expect, test } from "vitest";
import { type Finding, findingText, inOrder } from "./finding.js";

const here = join(process.cwd(), "p/a.ocelli-plugin");
const one: Finding = { severity: "error", file: here, line: 4, message: "no" };

test.for([
  { why: "as compilers write it, from the working directory on", finding: one, want: "p/a.ocelli-plugin:4: no" },
  { why: "whole where it is elsewhere", finding: { ...one, file: "/elsewhere/a" }, want: "/elsewhere/a:4: no" },
  { why: "without a line where it is about the file", finding: { ...one, line: 0 }, want: "p/a.ocelli-plugin: no" },
  {
    why: "a warning says that it is one",
    finding: { ...one, severity: "warning" as const },
    want: "p/a.ocelli-plugin:4: warning: no",
  },
  {
    why: "last words of a module stand below",
    finding: { ...one, message: "died:\n  | at x" },
    want: "p/a.ocelli-plugin:4: died:\n  | at x",
  },
])("a finding is written $why", ({ finding, want }) => expect(findingText(finding)).toBe(want));

test("findings come by file and line, each once", () => {
  const later = { ...one, line: 10 };
  const other = { ...one, file: join(process.cwd(), "p/b.ocelli-plugin"), line: 1 };
  expect(inOrder([other, later, one, later])).toEqual([one, later, other]);
});
