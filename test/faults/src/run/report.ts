import type { Load } from "../world/load.js";
import { alwaysBars, type Bar, type Fault, type Judged } from "./fault.js";

/** The one JSON line of a run. */
export interface Report {
  readonly fault: string;
  readonly seed: number;
  readonly passed: boolean;
  /** Hits of a pair that overlap. */
  readonly D: number;
  /** Hits closer than the frequency less the skew. */
  readonly G: number;
  /** Accepted results missing at a sink. */
  readonly L: number;
  /** Stored twice. */
  readonly U: number;
  /** Missed slots, and by reason. */
  readonly M: number;
  readonly missed: Readonly<Record<string, number>>;
  /** Seconds until 99 % of slots are on time again; null where that was not seen. */
  readonly R: number | null;
  readonly latenessP50Ms: number;
  readonly latenessP99Ms: number;
  readonly sabotage?: true;
  /** Everything that must hold, and what of it did not. */
  readonly bar: string;
  readonly broken: readonly string[];
  readonly [further: string]: unknown;
}

export function reportOf(fault: Fault, judged: Judged, seed: number): Report {
  const { verdict, load, size } = judged;
  const always = fault.sabotage === undefined ? alwaysBars(judged) : [];
  const bars: readonly Bar[] = [...fault.bars(judged), ...always];
  const held = heldBy(bars);
  const { D, G, L, U, M, missed, R } = verdict;
  return {
    fault: fault.name,
    seed,
    ...(fault.sabotage === undefined ? {} : { sabotage: true, sabotaged: fault.sabotage }),
    ...{ D, G, L, U, M, missed },
    R: Number.isFinite(R) ? Math.round(R * 100) / 100 : null,
    latenessP50Ms: rounded(verdict.latenessP50Ms),
    latenessP99Ms: rounded(verdict.latenessP99Ms),
    ...(fault.figures?.(judged) ?? {}),
    hits: verdict.hits,
    delayed: verdict.delayed,
    due: verdict.due,
    ran: verdict.ran,
    kept: verdict.kept,
    silent: verdict.silent,
    overcounted: verdict.overcounted,
    wrong: verdict.wrong,
    stale: verdict.stale,
    lateResults: judged.lateResults,
    blurMs: judged.facts.blurMs,
    size,
    ...sizeOf(load),
    leaseS: load.leaseS,
    ...held,
  };
}

/** How much a mesh was and had to do. */
export function sizeOf(load: Load) {
  const { devices, plugins, intervalS, agents, schedulers, registries, brokers } = load;
  const runsPerS = Math.round((devices * plugins) / intervalS);
  return { devices, intervalS, runsPerS, agents, schedulers, registries, brokers };
}

/** Which of the bars hold. */
export function heldBy(bars: readonly Bar[]): Pick<Report, "passed" | "bar" | "broken"> {
  const broken = bars.filter(({ holds }) => !holds).map(({ text }) => text);
  return { passed: broken.length === 0, bar: bars.map(({ text }) => text).join("; "), broken };
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
