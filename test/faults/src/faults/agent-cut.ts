import { pause } from "../nemesis/schedule.js";
import type { Hit } from "../oracle/facts.js";
import { runName } from "../oracle/facts.js";
import { atMost, type Bar, type Done, type Fault, type Judged } from "../run/fault.js";
import { cutFromBroker, groupOf, type Way } from "../world/broker-cut.js";
import { type Load, usualLoad } from "../world/load.js";

/** A task that was handed to an agent nobody hears comes to another one when the broker gives up on it, a second or two later:
 *  the interval is one in which that is still on time. */
const load: Load = { ...usualLoad, devices: 300, intervalS: 8, timeoutS: 4, latencyMs: 200, cuttableAgents: true };
/** A client pings every 5 s and takes the connection for dead at the third one that finds two unanswered. */
const detectionS = 15;
/** Of its lease an agent trusts so much without an answer. */
const leaseShare = 0.8;

const ways: Readonly<Record<string, Way>> = {
  "cut what it says": "out",
  "cut what it hears": "in",
  "cut both ways": "both",
};

/** Each way for so long, one agent after the other; two ways at once where time is short. */
function cuts(size: "quick" | "full") {
  const [says = "", hears = "", both = ""] = Object.keys(ways);
  if (size === "quick") {
    return [
      { atMs: 0, does: says, to: "agent-1", forMs: 10_000 },
      { atMs: 500, does: hears, to: "agent-2", forMs: 10_000 },
      { atMs: 12_000, does: both, to: "agent-3", forMs: 8_000 },
    ];
  }
  const shortAndLong = [10_000, 120_000].flatMap((forMs) => [says, hears, both].map((does) => ({ does, forMs })));
  let atMs = 0;
  return shortAndLong.map(({ does, forMs }, i) => {
    const step = { atMs, does, to: `agent-${(i % load.agents) + 1}`, forMs };
    atMs += forMs + 25_000;
    return step;
  });
}

/** Hits in a cut, from where the lease of every claim made before it is past the trusted share. */
function lateHits({ facts }: Judged, { fromAtMs, toAtMs }: Done): Hit[] {
  const lastAtMs = fromAtMs + leaseShare * load.leaseS * 1000 + facts.blurMs;
  return facts.hits.filter(({ beginAtMs }) => beginAtMs > lastAtMs && beginAtMs < toAtMs);
}

function startedWhileCut(run: Judged): { readonly own: number; readonly unknown: number } {
  const found = run.done.flatMap((one) => {
    return lateHits(run, one).map((hit) => ({ agent: run.ranBy.get(runName(hit)), cut: one.step.to }));
  });
  return {
    own: found.filter(({ agent, cut }) => agent === cut).length,
    unknown: found.filter(({ agent }) => agent === undefined).length,
  };
}

function bars(run: Judged): Bar[] {
  const { verdict } = run;
  const { own, unknown } = startedWhileCut(run);
  return [
    atMost("D", verdict.D, 0),
    atMost("L", verdict.L, 0),
    atMost("U", verdict.U, 0),
    atMost("runs that a cut agent started past 0.8 of its lease", own, 0),
    atMost("runs then of which nobody knows the agent", unknown, 0),
    atMost("R in s (detection + one interval)", verdict.R, detectionS + load.intervalS),
  ];
}

export const agentCut: Fault = {
  name: "agent-cut",
  about: "an agent cut off from the broker by the packet filter: what it says, what it hears, and both",
  load: () => load,
  schedule: (_, size) => ({ calmMs: 2_000, steps: cuts(size), quietMs: size === "quick" ? 17_000 : 35_000 }),
  async act({ to = "", does, forMs = 0 }, world, signal) {
    const group = groupOf(world.agents.findIndex(({ name }) => name === to));
    const heal = cutFromBroker(group, world.broker.ports, ways[does] ?? "both", world.warden);
    try {
      await pause(forMs, signal);
    } finally {
      heal();
    }
    return undefined;
  },
  bars,
  figures: (run) => ({ startedWhileCut: startedWhileCut(run).own, leasesLost: run.counter("leases_lost") }),
};
