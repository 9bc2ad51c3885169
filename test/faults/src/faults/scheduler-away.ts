import { partitionOf } from "@ocelli/model";
import { pause } from "../nemesis/schedule.js";
import { atMost, type Bar, type Done, type Fault, type Judged, unharmed } from "../run/fault.js";
import { usualLoad } from "../world/load.js";
import type { Service } from "../world/service.js";
import type { World } from "../world/world.js";

const takeoverWithinS = 5;
const watchedMs = 12_000;

/** The scheduler that leads a partition now. */
function leaderOf(world: World, partition: number): Service {
  const holder = world.witness.leaderOf(`partition-${partition}`);
  const [name = ""] = holder.split("/");
  return world.service(name);
}

/** The longest time after a step in which no device of one partition heard anything, in seconds. */
function silenceS({ fromAtMs }: Done, partition: number, { facts, load, endpointOf }: Watched): number {
  const arrivals = facts.hits
    .filter(({ plugin, device, beginAtMs }) => {
      const isOfPartition = partitionOf(plugin, { endpoint: endpointOf(device) }, load.partitions) === partition;
      return isOfPartition && beginAtMs >= fromAtMs && beginAtMs < fromAtMs + watchedMs;
    })
    .map(({ beginAtMs }) => beginAtMs)
    .sort((a, b) => a - b);
  let longestMs = 0;
  for (const [i, atMs] of [...arrivals, fromAtMs + watchedMs].entries()) {
    longestMs = Math.max(longestMs, atMs - (arrivals[i - 1] ?? fromAtMs));
  }
  return longestMs / 1000;
}

interface Watched extends Judged {
  endpointOf(device: string): string;
}

/** Of all steps and partitions, the longest wait until somebody scheduled again. */
function takeoverS(run: Judged): number {
  const endpointOf = (device: string): string => run.endpoints.get(device) ?? "";
  const all = run.done.flatMap((one) =>
    Array.from({ length: run.load.partitions }, (_, partition) => silenceS(one, partition, { ...run, endpointOf })),
  );
  return Math.max(...all);
}

function bars(run: Judged): Bar[] {
  const { verdict } = run;
  return [...unharmed(verdict), atMost("takeover in s", takeoverS(run), takeoverWithinS)];
}

const figures = (run: Judged) => ({ takeoverS: Math.round(takeoverS(run) * 100) / 100 });

export const schedulerKill: Fault = {
  name: "scheduler-kill",
  about: "kill -9 of the scheduler that leads a partition",
  load: () => usualLoad,
  schedule: (dice, size) => ({
    calmMs: 4_000,
    steps: Array.from({ length: size === "quick" ? 2 : 20 }, (_, i) => {
      const to = `leader of partition ${dice.whole(0, usualLoad.partitions)}`;
      return { atMs: i * 12_000 + dice.whole(0, 1_000), does: "kill", to };
    }),
    quietMs: watchedMs,
  }),
  async act({ to = "" }, world) {
    await leaderOf(world, Number(to.at(-1))).kill();
    return undefined;
  },
  bars,
  figures,
};

export const schedulerFreeze: Fault = {
  name: "scheduler-freeze",
  about: "the scheduler that leads a partition frozen for 30 s, then thawed",
  load: () => usualLoad,
  schedule: (dice, size) => ({
    calmMs: 4_000,
    steps: Array.from({ length: size === "quick" ? 1 : 5 }, (_, i) => {
      const to = `leader of partition ${dice.whole(0, usualLoad.partitions)}`;
      return { atMs: i * 45_000 + dice.whole(0, 1_000), does: "freeze", to, forMs: size === "quick" ? 15_000 : 30_000 };
    }),
    quietMs: watchedMs,
  }),
  async act({ to = "", forMs = 0 }, world, signal) {
    const leader = leaderOf(world, Number(to.at(-1)));
    leader.freeze();
    try {
      await pause(forMs, signal);
    } finally {
      leader.thaw();
    }
    return undefined;
  },
  bars,
  figures,
};
