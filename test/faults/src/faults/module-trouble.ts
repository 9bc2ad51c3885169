import { rm } from "node:fs/promises";
import { join } from "node:path";
import { inTurn } from "../nemesis/in-turn.js";
import type { Schedule, Step } from "../nemesis/schedule.js";
import { killUnderCalls, lookBack, misbehave, putTrouble, stopUntilEnded } from "../nemesis/trouble-maker.js";
import { onTimeShare } from "../oracle/on-time.js";
import { atMost, type Bar, type Counts, type Fault, type Judged, sumOf, unharmed } from "../run/fault.js";
import { type Load, type Size, usualLoad } from "../world/load.js";
import { MemoryWatch } from "../world/memory-watch.js";
import type { World } from "../world/world.js";

/** Plugins on modules of their own. The last one's is killed and stopped; the others have nothing to do with any of this. */
const load: Load = { ...usualLoad, devices: 60, plugins: 3, ownModules: true };
const victim = "poll-3";
const troubles: readonly string[] = [
  "exits",
  "busy",
  "waits",
  "lies-about-items",
  "one-huge-answer",
  "million-points",
  "future-timestamps",
];
const words = {
  begin: "have a module exit at start until the end",
  kill: "kill under calls",
  stop: "stop",
  misbehave: "have a module that",
  look: "look what is left",
} as const;

/** A module that goes on after its deadline is ended so long after it. */
const graceS = 2;
/** From deadline to kill there is an answer that may be under way, and a machine that has other things to do. */
const killSlackS = 1;
const riseAtMostMib = 100;
const onTimeAtLeast = 0.99;

/** One after the other. When each begins is said by when the one before was over: a hung module is waited for. */
function schedule(size: Size): Schedule {
  const longer = size === "quick" ? 1 : 6;
  const steps: Step[] = [{ atMs: 0, does: words.begin }];
  let atMs = 0;
  const next = (does: string, to: string, forMs: number): void => {
    steps.push({ atMs, does, to, forMs: forMs * longer });
    atMs += forMs * longer + 500;
  };
  next(words.kill, victim, 2_700);
  for (const how of troubles) if (how !== "exits") next(words.misbehave, how, 1_500);
  next(words.stop, victim, 7_500);
  steps.push({ atMs, does: words.look });
  return { calmMs: 1_000, steps, quietMs: 500 };
}

const watches = new WeakMap<World, MemoryWatch>();

async function begin(world: World): Promise<undefined> {
  watches.set(world, new MemoryWatch(world.agents));
  await putTrouble("exits", world.devices.ids[0] ?? "", world);
  return undefined;
}

async function look(world: World, signal: AbortSignal): Promise<Counts> {
  const riseMib = Math.round((watches.get(world)?.end() ?? Number.NaN) / 1024 ** 2);
  await rm(join(world.pluginDir, "exits.ocelli-plugin"));
  return { riseMib, ...(await lookBack(world, signal)) };
}

function othersOnTime({ verdict, facts }: Judged): number {
  return onTimeShare(
    verdict.slots.filter(({ pair }) => pair.plugin !== victim),
    facts,
  );
}

function longestPastDeadlineS({ done }: Judged): number {
  return Math.max(...done.map(({ seen }) => seen["pastDeadlineMs"] ?? 0)) / 1000;
}

function bars(run: Judged): Bar[] {
  const { verdict, done } = run;
  const onTime = othersOnTime(run);
  return [
    ...unharmed(verdict),
    { text: "other modules' slots on time >= 99 %", holds: onTime >= onTimeAtLeast },
    {
      text: "modules were killed, stopped and hung",
      holds: sumOf(done, "killed") > 0 && sumOf(done, "stoppedEnded") > 0,
    },
    {
      text: "both ways of hanging were ended",
      holds: done.filter(({ seen }) => (seen["hungEnded"] ?? 0) > 0).length >= 2,
    },
    atMost(
      "s from the deadline to the end of a hung module (2 s, and 1 s of slack)",
      longestPastDeadlineS(run),
      graceS + killSlackS,
    ),
    { text: "a module that exits at start was seen to be started again", holds: sumOf(done, "backOffs") > 0 },
    atMost("restarts outside the back-off of 1, 2, 4 … s", sumOf(done, "backOffsWrong"), 0),
    atMost("processes left of modules that nobody wants", sumOf(done, "left"), 0),
    atMost("rise of an agent's memory in MiB", sumOf(done, "riseMib"), riseAtMostMib),
    { text: "each way of misbehaving was seen", holds: sumOf(done, "asked") === troubles.length - 1 },
  ];
}

export const moduleTrouble: Fault = {
  name: "module-trouble",
  about: "modules that are killed, stopped, hang, exit at start, flood and lie, beside others on modules of their own",
  load: () => load,
  schedule: (_, size) => schedule(size),
  async act({ does, to = "", forMs = 0 }, world, signal) {
    switch (does) {
      case words.begin:
        return await begin(world);
      case words.kill:
        return await inTurn(world, () => killUnderCalls(to, forMs, world, signal));
      case words.stop:
        return await inTurn(world, () => stopUntilEnded(to, forMs, world, signal));
      case words.look:
        return await inTurn(world, () => look(world, signal));
      default: {
        // Each on a device of its own: a device stands so many runs at a time only.
        const device = world.devices.ids[troubles.indexOf(to)] ?? "";
        return await inTurn(world, () => misbehave(to, device, forMs, world, signal));
      }
    }
  },
  bars,
  figures: (run) => ({
    othersOnTime: Math.round(othersOnTime(run) * 10_000) / 10_000,
    killed: sumOf(run.done, "killed"),
    hungEnded: sumOf(run.done, "hungEnded") + sumOf(run.done, "stoppedEnded"),
    pastDeadlineS: Math.round(longestPastDeadlineS(run) * 100) / 100,
    restartsSeen: sumOf(run.done, "backOffs"),
    riseMib: sumOf(run.done, "riseMib"),
  }),
};
