import { atMost, type Fault, unharmed } from "../run/fault.js";
import { usualLoad } from "../world/load.js";

/** Slots of a machine that has the time: where even this is broken, no figure of another fault would say anything. */
const honestP99Ms = 1_000;

export const baseline: Fault = {
  name: "baseline",
  about: "nothing is done to the mesh: whatever is not clean here is not clean at all",
  load: () => usualLoad,
  schedule: (_, size) => ({ calmMs: size === "quick" ? 12_000 : 60_000, steps: [], quietMs: 0 }),
  act: async () => undefined,
  bars: ({ verdict, counter }) => [
    ...unharmed(verdict),
    atMost("M", verdict.M, 0),
    atMost("stale results", verdict.stale + counter("results_stale"), 0),
    atMost("lateness p99 in ms (machine not overloaded)", verdict.latenessP99Ms, honestP99Ms),
  ],
};
