import type { Step } from "../nemesis/schedule.js";
import { pause } from "../nemesis/schedule.js";
import { atMost, type Fault, sumOf, unharmed } from "../run/fault.js";
import { stepClock } from "../world/fake-clock.js";
import { type Load, usualLoad } from "../world/load.js";
import type { World } from "../world/world.js";

const backMs = -600_000;
const aheadMs = 3_600_000;
const steppings = new Map([
  ["step the clock back 10 min", backMs],
  ["step the clock ahead 1 h", aheadMs],
]);
/** A process looks at its clock with every beat of its heart. */
const shownWithinMs = 8_000;
const shownToMs = 1_500;

/** Waits until the presence of a service shows how far its clock is off. */
async function isShown(key: string, offsetMs: number, { witness }: World, signal: AbortSignal): Promise<boolean> {
  const untilMs = performance.now() + shownWithinMs;
  for (;;) {
    const skewMs = (await witness.bus.presence.get(key))?.value.clockSkewMs;
    if (skewMs !== undefined && Math.abs(skewMs - offsetMs) < shownToMs) return true;
    if (performance.now() > untilMs) return false;
    await pause(200, signal);
  }
}

function steps(size: "quick" | "full", to: string): Step[] {
  const forMs = size === "quick" ? 8_000 : 60_000;
  const rounds = size === "quick" ? 1 : 3;
  return Array.from({ length: rounds }, () => [...steppings.keys()])
    .flat()
    .map((does, i) => ({ atMs: i * (forMs + 2_000), does, to, forMs }));
}

function clockStep(kind: "agent" | "scheduler"): Fault {
  /** The library that fakes the clock takes its time for each look at it: little load. */
  const load: Load = {
    ...usualLoad,
    devices: 80,
    intervalS: 4,
    timeoutS: 3,
    fakeClocks: kind === "agent" ? ["agent-1"] : ["scheduler-1", "scheduler-2"],
  };
  const to = kind === "agent" ? "agent-1" : "leader of partition 0";
  return {
    name: `clock-step-${kind}`,
    about: `the wall clock of ${kind === "agent" ? "an agent" : "a scheduler that leads"} stepped back 10 min and ahead 1 h`,
    load: () => load,
    schedule: (_, size) => ({ calmMs: 2_000, steps: steps(size, to), quietMs: 3_000 }),
    async act({ does, forMs = 0 }, world, signal) {
      const name = kind === "agent" ? "agent-1" : (world.witness.leaderOf("partition-0").split("/")[0] ?? "");
      const offsetMs = steppings.get(does) ?? 0;
      const fromMs = performance.now();
      await stepClock(world.dir, name, offsetMs);
      try {
        const shown = await isShown(`${kind}/${name}`, offsetMs, world, signal);
        const shownMs = Math.round(performance.now() - fromMs);
        await pause(Math.max(0, forMs - shownMs), signal);
        return { shown: shown ? 1 : 0, shownMs };
      } finally {
        await stepClock(world.dir, name, 0);
      }
    },
    bars: ({ verdict, done }) => [
      ...unharmed(verdict),
      atMost("M", verdict.M, 0),
      { text: "the skew is shown in the service's presence", holds: sumOf(done, "shown") === done.length },
    ],
    figures: ({ done }) => ({ steps: done.length, shown: sumOf(done, "shown") }),
  };
}

export const clockStepAgent = clockStep("agent");
export const clockStepScheduler = clockStep("scheduler");
