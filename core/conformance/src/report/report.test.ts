import { expect, test } from "vitest";
import type { Outcome } from "../engine/verdict.js";
import type { Mode } from "../launch/running-module.js";
import { reportJson } from "./json.js";
import { reportJunit } from "./junit.js";
import { countsOf, hasPassed, type Report } from "./report.js";
import { reportText } from "./text.js";

const passed: Outcome = { kind: "passed", seen: "40 ms", tookMs: 40 };
const failed: Outcome = {
  kind: "failed",
  expected: "it is answered",
  seen: "nothing <came> & \u0007 rang\nfor long",
  advice: "answer",
  tookMs: 1_500,
};
const left: Outcome = { kind: "not_applicable", reason: "only a child has a launch token" };

function report(outcomes: readonly [string, Partial<Record<Mode, Outcome>>][]): Report {
  const module = { name: "mine", version: "1.0.0", sdk: "", language: "python" };
  const cases = outcomes.map(([id, byMode]) => ({
    id,
    promise: `promise of ${id}`,
    outcomes: new Map(Object.entries(byMode) as [Mode, Outcome][]),
  }));
  return { subject: "./mine", module, seed: 5, modes: ["child", "stand-alone"], cases, tookMs: 2_340 };
}

const mixed = report([
  ["handshake/token", { child: passed, "stand-alone": left }],
  ["time/deadline", { child: failed, "stand-alone": passed }],
]);

test("people see both ways of starting side by side, then what failed, and what was not tried and why", () => {
  expect(reportText(mixed)).toBe(`mine 1.0.0 (python): as a child and stand-alone, seed 5

handshake          child       stand-alone
  handshake/token  ok          -           promise of handshake/token

time               child       stand-alone
  time/deadline    FAILED      ok          promise of time/deadline

FAILED time/deadline (as a child)
  expected   it is answered
  seen       nothing <came> & \u0007 rang
             for long
  to do      answer

not applicable
  only a child has a launch token
    handshake/token (stand-alone)

2 passed, 1 failed, 1 not applicable, in 2.3 s
`);
});

test("a check passes where something was tried and nothing failed", () => {
  expect(countsOf(mixed)).toEqual({ passed: 2, failed: 1, not_applicable: 1 });
  expect(hasPassed(mixed)).toBe(false);
  expect(hasPassed(report([["a/b", { child: passed }]]))).toBe(true);
  expect(hasPassed(report([["a/b", { child: left }]]))).toBe(false);
});

test("JUnit has a suite for each way of starting, and what a module said cannot break it", () => {
  const xml = reportJunit(mixed);
  expect(xml).toMatch(/<testsuite name="mine \(child\)" tests="2" failures="1" errors="0" skipped="0"/);
  expect(xml).toMatch(/<testsuite name="mine \(stand-alone\)" tests="2" failures="0" errors="0" skipped="1"/);
  expect(xml).toMatch(/<failure message="nothing &lt;came> &amp; \? rang/);
  expect(xml).toContain("to do: answer");
  expect(xml).not.toContain("\u0007");
});

test("JSON has every outcome by id and way of starting", () => {
  expect(JSON.parse(JSON.stringify(reportJson(mixed)))).toMatchObject({
    module: { name: "mine" },
    passed: false,
    counts: { failed: 1 },
    cases: [
      { id: "handshake/token", outcomes: { child: { kind: "passed" } } },
      { outcomes: { child: { advice: "answer" } } },
    ],
  });
});
