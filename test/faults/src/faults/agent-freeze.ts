import type { Dice } from "../nemesis/random.js";
import type { Schedule } from "../nemesis/schedule.js";
import { pause } from "../nemesis/schedule.js";
import type { Clash } from "../oracle/hammering.js";
import { atMost, type Bar, type Done, type Fault, type Judged } from "../run/fault.js";
import { makeFreezer } from "../world/freezer.js";
import { type Load, type Size, usualLoad } from "../world/load.js";

/** Devices take their time here, so that there are runs under way when an agent freezes. */
const load: Load = { ...usualLoad, latencyMs: 400 };
const spans = [0.5, 1.5, 5] as const;
const afterThawMs = 4_000;

/** Freezes of random agents for parts and multiples of a lease, one after the other. */
function freezes(dice: Dice, size: Size, { leaseS, agents }: Load, does: string): Schedule {
  const rounds = size === "quick" ? 1 : 5;
  let atMs = 0;
  const steps = Array.from({ length: rounds }, () => spans)
    .flat()
    .map((leases) => {
      const step = { atMs, does, to: `agent-${dice.whole(1, agents + 1)}`, forMs: leases * leaseS * 1000 };
      atMs += step.forMs + afterThawMs + dice.whole(0, 1_000);
      return step;
    });
  return { calmMs: 4_000, steps, quietMs: 10_000 };
}

/** Clashes of a freeze: those from its beginning until everything that it held back has come. */
function clashesOf({ fromAtMs, toAtMs }: Done, clashes: readonly Clash[]): Clash[] {
  return clashes.filter(({ second }) => second.beginAtMs >= fromAtMs && second.beginAtMs < toAtMs + afterThawMs);
}

function bars({ verdict, done, counter, events, load: { leaseS } }: Judged): Bar[] {
  const { overlaps } = verdict.clashes;
  const perPair = done.map((one) => {
    const isLong = (one.step.forMs ?? 0) > leaseS * 1000;
    const pairs = clashesOf(one, overlaps).map(({ pair }) => pair);
    const most = Math.max(0, ...pairs.map((pair) => pairs.filter((other) => other === pair).length));
    return { isLong, most };
  });
  const outside = overlaps.length - done.reduce((sum, one) => sum + clashesOf(one, overlaps).length, 0);
  const most = (isLong: boolean): number =>
    Math.max(0, ...perPair.filter((one) => one.isLong === isLong).map((one) => one.most));
  const staleEvents = events.filter(({ type }) => type === "run.stale").length;
  return [
    atMost("L", verdict.L, 0),
    atMost("U", verdict.U, 0),
    atMost("D below a lease", most(false) + outside, 0),
    atMost("D per pair and freeze above a lease", most(true), 1),
    { text: "stale results are refused, counted and told", holds: counter("results_stale") > 0 && staleEvents > 0 },
  ];
}

function figures({ counter, events }: Judged): Record<string, number> {
  const staleEvents = events.filter(({ type }) => type === "run.stale").length;
  return { refusedStale: counter("results_stale"), leasesLost: counter("leases_lost"), staleEvents };
}

export const agentFreeze: Fault = {
  name: "agent-freeze",
  about: "SIGSTOP of an agent for 0.5, 1.5 and 5 leases; its modules go on",
  load: () => load,
  schedule: (dice, size) => freezes(dice, size, load, "stop"),
  async act({ to = "", forMs = 0 }, world, signal) {
    const agent = world.service(to);
    agent.freeze();
    try {
      await pause(forMs, signal);
    } finally {
      agent.thaw();
    }
    return undefined;
  },
  bars,
  figures,
};

export const agentAndModulesFreeze: Fault = {
  name: "agent-and-modules-freeze",
  about: "an agent and all its modules frozen in a cgroup for 0.5, 1.5 and 5 leases",
  load: () => load,
  schedule: (dice, size) => freezes(dice, size, load, "freeze the family of"),
  async act({ to = "", forMs = 0, atMs }, world, signal) {
    const agent = world.service(to);
    const freezer = makeFreezer(`ocelli-faults-${world.mark}-${atMs}`, world.warden);
    await freezer.freeze([agent.pid, ...agent.modules()]);
    try {
      await pause(forMs, signal);
    } finally {
      freezer.thaw();
    }
    return undefined;
  },
  bars,
  figures,
};
