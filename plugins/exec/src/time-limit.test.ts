import fc from "fast-check";
import { expect, test } from "vitest";
import { timeLimit } from "./time-limit.js";

test.for([
  {
    why: "the program gets what is left of the run",
    leftMs: 30_000,
    timeoutS: undefined,
    want: { runMs: 28_800, graceMs: 1_000 },
  },
  {
    why: "a limit of its own holds where it is shorter",
    leftMs: 30_000,
    timeoutS: 5,
    want: { runMs: 5_000, graceMs: 1_000 },
  },
  {
    why: "a limit of its own does not make the run longer",
    leftMs: 30_000,
    timeoutS: 600,
    want: { runMs: 28_800, graceMs: 1_000 },
  },
  {
    why: "of a short run its end takes a fifth at most",
    leftMs: 1_000,
    timeoutS: undefined,
    want: { runMs: 600, graceMs: 200 },
  },
  { why: "a run that is over is over soon", leftMs: -5, timeoutS: undefined, want: { runMs: 50, graceMs: 0 } },
])("$why", ({ leftMs, timeoutS, want }) => expect(timeLimit(leftMs, timeoutS, 1)).toEqual(want));

test("a run without a deadline has a limit that a timer can keep", () => {
  expect(timeLimit(Number.POSITIVE_INFINITY, undefined, 1).runMs).toBeLessThan(2 ** 31);
});

test("the program's end is never later than the run's", () => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 86_400_000 }), fc.integer({ min: 0, max: 60 }), (leftMs, killAfterS) => {
      const { runMs, graceMs } = timeLimit(leftMs, undefined, killAfterS);
      expect(runMs + graceMs).toBeLessThan(leftMs);
    }),
  );
});
