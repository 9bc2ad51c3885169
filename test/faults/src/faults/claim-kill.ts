import type { Dice } from "../nemesis/random.js";
import { pause, type Schedule } from "../nemesis/schedule.js";
import { pairName } from "../oracle/facts.js";
import { atMost, type Bar, type Fault, type Judged, sumOf, unharmed } from "../run/fault.js";
import { type Load, type Size, usualLoad } from "../world/load.js";
import { agentsReady } from "../world/ready-agents.js";
import type { World } from "../world/world.js";

/** Devices take their time, so that an agent always has runs between claim and completion. */
const load: Load = { ...usualLoad, devices: 300, intervalS: 6, timeoutS: 4, latencyMs: 1_000 };
/** A lease is held over for as long as clocks may differ, and a scheduler's look takes its time. */
const marginMs = 2_000;
const words = { kill: "kill while it runs something", look: "read all registers" } as const;
const wanted: Readonly<Record<Size, number>> = { quick: 50, full: 1_000 };

function schedule(dice: Dice, size: Size): Schedule {
  const everyMs = 1_700;
  const kills = size === "quick" ? 12 : 240;
  const steps = Array.from({ length: kills }, (_, i) => {
    return { atMs: i * everyMs + dice.whole(0, 300), does: words.kill as string, to: `agent-${(i % load.agents) + 1}` };
  });
  steps.push({ atMs: kills * everyMs, does: words.look, to: "every partition" });
  return { calmMs: 3_000, steps, quietMs: 1_000 };
}

/** Kills an agent at a moment when it holds a run, and counts what it held. */
async function killHolding(name: string, world: World, signal: AbortSignal) {
  const held = (): number =>
    [...world.witness.registers().values()].filter(({ running, agentId }) => running && agentId === name).length;
  for (const untilMs = performance.now() + 3_000; held() === 0 && performance.now() < untilMs; ) await pause(2, signal);
  const cut = held();
  await world.service(name).kill();
  return { cut, kills: 1 };
}

const agentsWithinMs = 60_000;

/** Reads every register from its leader, not from what was heard of it: once there are agents again that could take them over, and
 *  every pair was due since. */
async function readRegisters(world: World, signal: AbortSignal) {
  const { witness, plugins } = world;
  await agentsReady(world, agentsWithinMs, signal);
  await pause(load.leaseS * 1000 + marginMs + load.intervalS * 1000, signal);
  const nowMs = witness.bus.brokerNowMs();
  let read = 0;
  let stuck = 0;
  for (const table of witness.bus.registers) {
    const reading = new AbortController();
    const stop = AbortSignal.any([signal, reading.signal]);
    const onPut = ({
      value,
      storedAtMs,
    }: {
      value: { plugin: string; running: boolean; leaseMs: number };
      storedAtMs: number;
    }) => {
      if (!plugins.includes(value.plugin)) return;
      read += 1;
      if (value.running && nowMs - storedAtMs > value.leaseMs + marginMs) stuck += 1;
    };
    await new Promise<void>((resolve, reject) => {
      table.watch({ put: onPut, gone() {}, caughtUp: resolve }, stop).catch(reject);
    });
    reading.abort();
  }
  return { read, stuck };
}

/** Pairs that no device heard of any more from a lease, its margin and an interval after the last kill on. */
function silentPairs({ facts, done }: Judged): number {
  const lastAtMs = Math.max(...done.filter(({ seen }) => seen["kills"]).map(({ toAtMs }) => toAtMs));
  const heard = new Set(facts.hits.filter(({ beginAtMs }) => beginAtMs > lastAtMs).map(pairName));
  return facts.pairs.filter((pair) => !heard.has(pairName(pair))).length;
}

function bars(run: Judged): Bar[] {
  const {
    verdict,
    done,
    size,
    load: { devices },
  } = run;
  return [
    ...unharmed(verdict),
    { text: `runs cut between claim and completion >= ${wanted[size]}`, holds: sumOf(done, "cut") >= wanted[size] },
    { text: "every register was read", holds: sumOf(done, "read") >= devices },
    atMost("registers stuck beyond lease and margin", sumOf(done, "stuck"), 0),
    atMost("pairs that were not polled again", silentPairs(run), 0),
  ];
}

export const claimKill: Fault = {
  name: "claim-kill",
  about: "kill -9 of agents that hold claims, again and again: between claim and completion of run after run",
  load: () => load,
  schedule,
  async act({ does, to = "" }, world, signal) {
    return does === words.look ? await readRegisters(world, signal) : await killHolding(to, world, signal);
  },
  bars,
  figures: ({ done }) => ({
    kills: sumOf(done, "kills"),
    cut: sumOf(done, "cut"),
    registersRead: sumOf(done, "read"),
    stuck: sumOf(done, "stuck"),
  }),
};
