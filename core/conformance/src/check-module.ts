import { randomBytes } from "node:crypto";
import { linkSignals } from "@ocelli/model";
import { allCases, startCase } from "./cases/index.js";
import { Bench, type Source } from "./engine/bench.js";
import type { Case } from "./engine/case.js";
import { randomText, seededRandom } from "./engine/random.js";
import { runCases } from "./engine/run-cases.js";
import { defaultTimings, type Timings } from "./engine/timings.js";
import type { Outcome } from "./engine/verdict.js";
import { emptyFixture, type Fixture } from "./fixture/fixture.js";
import type { LaunchHost } from "./launch/launch.js";
import type { Line } from "./launch/module-process.js";
import type { Mode } from "./launch/running-module.js";
import type { Report } from "./report/report.js";
import { selectCases } from "./select-cases.js";
import type { Subject } from "./subject.js";

export interface CheckOptions {
  /** Ids, groups, or either with `*`; all cases where it is empty. */
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  /** The ways of starting; both where it is not said. An endpoint has one of its own. */
  readonly modes?: readonly ("child" | "stand-alone")[];
  readonly fixture?: Fixture;
  /** Makes the same run again. */
  readonly seed?: number;
  readonly timings?: Partial<Timings>;
  /** Hears every line that the module writes. */
  readonly onLine?: (line: Line) => void;
  /** Hears each outcome when it is there. */
  readonly onOutcome?: (mode: Mode, id: string, outcome: Outcome) => void;
}

/** Tries every promise of the protocol on a module, in both ways of starting. Takes a bounded time whatever the module does,
 *  and leaves no process behind. Throws "invalid" where a pattern names no case. */
export async function checkModule(subject: Subject, options: CheckOptions, signal: AbortSignal): Promise<Report> {
  const { only = [], skip = [], fixture = emptyFixture, onLine = () => {}, onOutcome = () => {} } = options;
  const cases = inOrder(selectCases(allCases, only, skip, startCase));
  const seed = options.seed ?? randomBytes(4).readUInt32BE(0);
  const given: Timings = { ...defaultTimings, ...options.timings };
  // What runs already need not start.
  const startMs = subject.kind === "endpoint" ? Math.min(given.startMs, given.answerMs) : given.startMs;
  const timings: Timings = { ...given, startMs };
  const modes: readonly Mode[] =
    subject.kind === "endpoint" ? ["endpoint"] : (options.modes ?? ["child", "stand-alone"]);
  const startedAtMs = performance.now();
  const byMode = new Map<Mode, Map<string, Outcome>>();
  let module: Report["module"];
  using stop = linkSignals(signal);
  for (const mode of modes) {
    const random = seededRandom(seed);
    const host = subject.kind === "endpoint" ? undefined : hostOf(subject.command, timings, seed, onLine);
    const source: Source = host ? { kind: "command", host } : { kind: "endpoint", target: targetOf(subject) };
    const bench = new Bench(mode, source, timings);
    const plan = { bench, cases, startCase, fixture, timings, random, host };
    const heard = (at: Mode, one: Case, outcome: Outcome): void => onOutcome(at, one.id, outcome);
    byMode.set(mode, await runCases({ ...plan, onOutcome: heard }, stop.signal));
    module ??= bench.met;
  }
  return {
    ...{ subject: subject.title, module, seed, modes },
    cases: allCases
      .filter(({ id }) => cases.some((one) => one.id === id))
      .map(({ id, promise }) => ({ id, promise, outcomes: outcomesOf(id, byMode) })),
    tookMs: Math.round(performance.now() - startedAtMs),
  };
}

/** The start comes first, whatever its group. */
function inOrder(cases: readonly Case[]): Case[] {
  return [...cases.filter(({ id }) => id === startCase), ...cases.filter(({ id }) => id !== startCase)];
}

function outcomesOf(id: string, byMode: ReadonlyMap<Mode, ReadonlyMap<string, Outcome>>): Map<Mode, Outcome> {
  const outcomes = new Map<Mode, Outcome>();
  for (const [mode, all] of byMode) {
    const outcome = all.get(id);
    if (outcome) outcomes.set(mode, outcome);
  }
  return outcomes;
}

function hostOf(
  command: LaunchHost["command"],
  timings: Timings,
  seed: number,
  onLine: (line: Line) => void,
): LaunchHost {
  // Marks are unique on the machine, even where two runs have one seed.
  const run = `${process.pid}-${randomText(seededRandom(seed), 6)}-${randomBytes(4).toString("hex")}`;
  return { command, timings, run, onLine };
}

function targetOf(subject: Subject): string {
  return subject.kind === "endpoint" ? subject.target : "";
}
