import { expect, test } from "vitest";
import { keepsUp } from "./offered-rate.js";
import type { Window } from "./window.js";

const window = (runs: number, latenessP99Ms: number | null): Window => ({
  seconds: 5,
  runs,
  runsPerS: runs / 5,
  cpuUsBy: {},
  cpuUsPerRun: 0,
  latenessMs: [],
  latenessP99Ms,
  othersShare: 0,
  stolenShare: 0,
  clockStepMs: 0,
});

test.for([
  { why: "every slot ran, and in time", windows: [window(5_000, 40), window(5_000, 60)], want: true },
  {
    why: "runs that fall into the next window are not lost",
    windows: [window(4_900, 40), window(5_090, 60)],
    want: true,
  },
  { why: "slots that never ran are", windows: [window(4_900, 40), window(4_900, 60)], want: false },
  {
    why: "what runs later and later is not kept up, although it runs",
    windows: [window(5_000, 900), window(5_000, 1_800)],
    want: false,
  },
])("$why", ({ windows, want }) => expect(keepsUp(windows, 1_000)).toBe(want));
