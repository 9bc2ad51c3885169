import { expect, test } from "vitest";
import { restartWaitMs } from "./restart-wait.js";

test.for([
  { why: "the first death is soon forgiven", deaths: 1, want: 500 },
  { why: "the second death doubles the wait", deaths: 2, want: 1_000 },
  { why: "each further death doubles it again", deaths: 7, want: 32_000 },
  { why: "the wait is a minute at most", deaths: 8, want: 60_000 },
  { why: "that holds however often it dies", deaths: 100_000, want: 60_000 },
])("$why", ({ deaths, want }) => expect(restartWaitMs(deaths)).toBe(want));
