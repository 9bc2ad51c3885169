import type { Schedule, Step } from "../nemesis/schedule.js";
import { pause } from "../nemesis/schedule.js";
import { atMost, type Bar, type Counts, type Done, type Fault, type Judged, sumOf, unharmed } from "../run/fault.js";
import { burst, recoveriesS, worstRecoveryS } from "../run/recoveries.js";
import { answers } from "../world/broker.js";
import { type Load, usualLoad } from "../world/load.js";
import type { Service } from "../world/service.js";
import type { World } from "../world/world.js";
import { prepareProbe, probeWatches } from "./broker-probe.js";

/** What became due up to a second before the broker is back runs late by that, and the pair makes it up over some intervals:
 *  the interval is one in which that is still on time. */
const single: Load = { ...usualLoad, devices: 300, intervalS: 6, timeoutS: 4 };
/** Servers take 4 to 9 s to agree on another leader, and what waits for it meanwhile runs so much later. */
export const cluster: Load = { ...single, brokers: 3, devices: 400, intervalS: 20, timeoutS: 8 };
const backWithinS = 5;
const intervalsToSettle = 2;
const prepareMs = 3_000;
const words = { prepare: "put a probe's plugin", probe: "probe the watches" } as const;

/** Absences of so many ms, one after the other, each with time to come back; then a probe of all watches. */
export function absences(does: string, spansMs: readonly number[], intervalS: number, to = "nats-1"): Schedule {
  const settleMs = intervalsToSettle * intervalS * 1000;
  const steps: Step[] = [{ atMs: 0, does: words.prepare }];
  let atMs = prepareMs;
  for (const forMs of spansMs) {
    steps.push({ atMs, does, to, forMs });
    atMs += forMs + settleMs;
  }
  steps.push({ atMs: atMs - settleMs + 1_500, does: words.probe });
  // The last return is given as much time as the others.
  return { calmMs: 1_000, steps, quietMs: settleMs };
}

/** Has the probe's steps carried out here, and the others by `absent`. */
export function withProbe(absent: (step: Step, world: World, signal: AbortSignal) => Promise<void>): Fault["act"] {
  return async (step, world, signal): Promise<Counts | undefined> => {
    if (step.does === words.prepare) return await prepareProbe(world);
    if (step.does === words.probe) return await probeWatches(world, signal);
    await absent(step, world, signal);
    return undefined;
  };
}

/** Kills a server and starts it again. Over once it greets. */
export async function killFor(node: Service, { forMs = 0 }: Step, world: World, signal: AbortSignal): Promise<void> {
  const port = world.broker.ports[world.broker.nodes.indexOf(node)] ?? 0;
  await node.hold();
  try {
    await pause(forMs, signal);
  } finally {
    node.start();
  }
  await answers(port, signal);
}

function returnsOf(done: readonly Done[]): Done[] {
  return done.filter(({ step }) => step.forMs !== undefined);
}

function bars(run: Judged): Bar[] {
  const { verdict, done, facts } = run;
  return [
    ...unharmed(verdict),
    atMost("R in s after each return", worstRecoveryS(run, returnsOf(done)), backWithinS),
    atMost("runs of a pair in the first interval after a return", burst(facts, returnsOf(done)), 1),
    { text: "watches are alive: a probe was seen by all", holds: sumOf(done, "probesSeen") === 1 },
  ];
}

function figures(run: Judged): Record<string, number | string> {
  const { done, facts } = run;
  const each = recoveriesS(run, returnsOf(done));
  return {
    R: inWords(Math.max(0, ...each)),
    ...(each.length > 2 && { recoveries: each.map(inWords).join(" ") }),
    returns: returnsOf(done).length,
    burst: burst(facts, returnsOf(done)),
    probeMs: sumOf(done, "probeMs"),
  };
}

function inWords(recoveryS: number): number | string {
  return Number.isFinite(recoveryS) ? Math.round(recoveryS * 100) / 100 : "never";
}

export const brokerBars = { bars, figures };

export const brokerKill: Fault = {
  name: "broker-kill",
  about: "kill -9 of the broker, which comes back after a second, or after longer than any lease",
  load: () => single,
  schedule: (_, size) => {
    const spans =
      size === "quick" ? [1_000, 6_000] : Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 1_000 : 30_000));
    return absences("kill", spans, single.intervalS);
  },
  act: withProbe((step, world, signal) => killFor(world.service(step.to ?? ""), step, world, signal)),
  ...brokerBars,
};

export const brokerFreeze: Fault = {
  name: "broker-freeze",
  about: "SIGSTOP of the broker: connections stand, and nothing answers",
  load: () => single,
  schedule: (_, size) => absences("freeze", size === "quick" ? [5_000] : [5_000, 60_000], single.intervalS),
  act: withProbe(async ({ to = "", forMs = 0 }, world, signal) => {
    const node = world.service(to);
    node.freeze();
    try {
      await pause(forMs, signal);
    } finally {
      node.thaw();
    }
  }),
  ...brokerBars,
};
