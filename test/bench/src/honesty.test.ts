import { expect, test } from "vitest";
import { whyNoClock, whyNotQuiet } from "./honesty.js";

const quiet = { othersShare: 0.01, stolenShare: 0, clockStepMs: 0.4 };

test.for([
  { why: "a quiet machine is fine", windows: [quiet, quiet, quiet], want: undefined },
  {
    why: "one disturbed window of three does not move the median",
    windows: [quiet, quiet, { ...quiet, othersShare: 0.5 }],
    want: undefined,
  },
  {
    why: "a machine that others use makes figures worthless",
    windows: [quiet, { ...quiet, othersShare: 0.2 }, { ...quiet, othersShare: 0.3 }],
    want: /other processes used 20 %/,
  },
  {
    why: "a machine that is taken away from below too",
    windows: [{ ...quiet, stolenShare: 0.1 }],
    want: /10 % of the machine was given to other machines/,
  },
  {
    why: "a clock that was moved makes lateness worthless, in one window already",
    windows: [quiet, quiet, { ...quiet, clockStepMs: 900 }],
    want: /wall clock was moved by 900 ms/,
  },
])("$why", ({ windows, want }) => {
  const said = whyNoClock(windows) ?? whyNotQuiet(windows);
  if (want) expect(said).toMatch(want);
  else expect(said).toBeUndefined();
});
