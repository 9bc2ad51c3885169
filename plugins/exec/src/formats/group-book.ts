import type { Group, MetricValue } from "@ocelli/plugin-sdk";
import { setOwn } from "./names.js";

/** A place in a program's output that cannot be used. */
export interface OutputProblem {
  /** From 1. */
  readonly line: number;
  /** In characters, from 1. */
  readonly column: number;
  readonly message: string;
}

/** What an output says, and what of it cannot be used. */
export interface Parsed {
  readonly groups: readonly Group[];
  readonly problems: readonly OutputProblem[];
}

interface Entry {
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly metrics: Record<string, MetricValue>;
  readonly atMs: number | undefined;
}

/** Problems beyond are counted only by whoever reads a broken output. */
const problemsMax = 20;

/** Puts metrics together to groups by name and dimensions: what an output says in several lines is one group. Of several
 *  instants of one group the newest counts. */
export class GroupBook {
  readonly #entries = new Map<string, Entry>();
  readonly #problems: OutputProblem[] = [];
  #more = 0;

  /** Where one metric of one group is said. */
  add(
    group: {
      readonly name: string;
      readonly dimensions: Readonly<Record<string, string>>;
      readonly atMs?: number | undefined;
    },
    metric: string,
    value: MetricValue,
    place: { readonly line: number; readonly column: number },
  ): void {
    const { name, dimensions, atMs } = group;
    const key = JSON.stringify([name, ...Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
    let entry = this.#entries.get(key);
    if (entry && instant(atMs) < instant(entry.atMs)) return;
    if (!entry || instant(atMs) > instant(entry.atMs)) {
      entry = { name, dimensions, metrics: {}, atMs };
      this.#entries.set(key, entry);
    }
    if (Object.hasOwn(entry.metrics, metric))
      this.problem({ ...place, message: `metric ${metric} of ${name} comes twice` });
    else setOwn(entry.metrics, metric, value);
  }

  problem(problem: OutputProblem): void {
    if (this.#problems.length < problemsMax) this.#problems.push(problem);
    else this.#more += 1;
  }

  done(): Parsed {
    const groups = [...this.#entries.values()].map(({ atMs, ...group }) =>
      atMs === undefined ? group : { ...group, atMs },
    );
    const last = this.#problems.at(-1);
    const more = { line: last?.line ?? 0, column: 1, message: `and ${this.#more} problems more` };
    return { groups, problems: this.#more > 0 ? [...this.#problems, more] : this.#problems };
  }
}

/** What says nothing was measured now. */
function instant(atMs: number | undefined): number {
  return atMs ?? Number.POSITIVE_INFINITY;
}
