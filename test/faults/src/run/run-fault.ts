import { diceOf } from "../nemesis/random.js";
import { carryOut, pause, type Schedule, stepText } from "../nemesis/schedule.js";
import { judge } from "../oracle/judge.js";
import type { Size } from "../world/load.js";
import { startWorld } from "../world/world.js";
import { collectFacts, monoEpochMs } from "./collect-facts.js";
import type { Done, Fault, Judged } from "./fault.js";
import { type Report, reportOf } from "./report.js";

export interface RunOptions {
  readonly seed: number;
  readonly size: Size;
  /** One sentence for people. */
  readonly say: (sentence: string) => void;
  /** Keeps the world's folder for a look at its logs, instead of removing it. */
  readonly keep?: (dir: string) => Promise<void>;
}

/** Does one fault to a world of its own, and judges what came of it. Nothing of the world is left, whatever happens. */
export async function runFault(fault: Fault, options: RunOptions, signal: AbortSignal): Promise<Report> {
  const { seed, size, say, keep } = options;
  const load = fault.load(size);
  const schedule = fault.schedule(diceOf(seed, fault.name), size, load);
  say(`${fault.name}: ${fault.about}`);
  say(`seed ${seed}; ${JSON.stringify(load)}`);
  say(`schedule: ${scheduleText(schedule)}`);
  const world = await startWorld(load, say, signal);
  try {
    const epochMs = monoEpochMs();
    // What the start did to the first slots is over when every pair has had its turn once more.
    await pause(load.intervalS * 1000, signal);
    await world.counters.begin();
    const fromAtMs = Date.now();
    const done: Done[] = [];
    await pause(schedule.calmMs, signal);
    const act = async (step: Done["step"], signal: AbortSignal): Promise<void> => {
      const startedAtMs = Date.now();
      const seen = (await fault.act(step, world, signal)) ?? {};
      done.push({ step, fromAtMs: startedAtMs, toAtMs: Date.now(), seen });
    };
    await carryOut(schedule.steps, act, say, signal);
    const faultsEndAtMs = done.length === 0 ? undefined : Math.max(...done.map(({ toAtMs }) => toAtMs));
    await pause(schedule.quietMs, signal);
    const toAtMs = Date.now();
    // The last slots of the window come to their end: a slot is counted as missed when the next one is due.
    await pause(load.intervalS * 1000 + 2_000, signal);
    clockIsSteady(epochMs);
    const { facts, events } = await collectFacts(world, { fromAtMs, toAtMs, faultsEndAtMs }, epochMs, signal);
    const judged: Judged = {
      ...{ load, size, facts, done, events },
      verdict: judge(facts),
      leaders: world.witness.leaders(),
      ranBy: world.witness.ranBy(),
      lateResults: world.witness.lateResults,
      endpoints: new Map([...world.devices.ports.keys()].map((id) => [id, world.devices.endpoint(id)])),
      counter: (name) => world.counters.sum(name),
    };
    return reportOf(fault, judged, seed);
  } finally {
    try {
      await keep?.(world.dir);
    } finally {
      await world.close();
    }
  }
}

const steadyWithinMs = 20;

/** The devices' stamps are monotonic, slots are of the wall clock: were it stepped meanwhile, no figure would be true. */
export function clockIsSteady(epochMs: number): void {
  const movedMs = Math.abs(monoEpochMs() - epochMs);
  if (movedMs > steadyWithinMs) {
    throw new Error(`this machine's wall clock moved by ${Math.round(movedMs)} ms during the run: there is no figure`);
  }
}

function scheduleText({ calmMs, steps, quietMs }: Schedule): string {
  const parts = [`calm ${calmMs / 1000} s`, ...steps.map(stepText), `quiet ${quietMs / 1000} s`];
  return parts.join("; ");
}
