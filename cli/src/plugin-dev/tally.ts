import type { Comparison, Verdict } from "./compare.js";
import type { Difference } from "./difference.js";

/** One resource over all its copies. */
export interface ResourceTally {
  readonly resource: string;
  readonly verdicts: Record<Verdict, number>;
  skipped: number;
  readonly liveMs: Times;
  readonly shadowMs: Times;
}

/** One metric, fact or field over all resources. */
export interface SubjectTally {
  readonly subject: string;
  readonly kinds: Partial<Record<Difference["kind"], number>>;
  readonly resources: Set<string>;
}

export interface Compared {
  readonly resourceId: string;
  readonly comparison: Comparison;
  readonly liveMs: number;
  readonly shadowMs: number;
}

/** How many subjects are counted apart. */
const mostSubjects = 10_000;

/** What all copies came to. */
export class Tally {
  readonly #resources = new Map<string, ResourceTally>();
  readonly #subjects = new Map<string, SubjectTally>();

  compared({ resourceId, comparison, liveMs, shadowMs }: Compared): void {
    const tally = this.#of(resourceId);
    tally.verdicts[comparison.verdict] += 1;
    tally.liveMs.add(liveMs);
    tally.shadowMs.add(shadowMs);
    for (const { subject, kind } of comparison.differences) {
      const one = this.#subjects.get(subject) ?? { subject, kinds: {}, resources: new Set<string>() };
      if (this.#subjects.size >= mostSubjects && !this.#subjects.has(subject)) continue;
      one.kinds[kind] = (one.kinds[kind] ?? 0) + 1;
      one.resources.add(resourceId);
      this.#subjects.set(subject, one);
    }
  }

  skipped(resourceId: string): void {
    this.#of(resourceId).skipped += 1;
  }

  get runs(): number {
    return this.#sum(({ verdicts }) => verdicts.same + verdicts.values + verdicts.differs);
  }

  verdicts(verdict: Verdict): number {
    return this.#sum(({ verdicts }) => verdicts[verdict]);
  }

  get skips(): number {
    return this.#sum(({ skipped }) => skipped);
  }

  /** Worst first. */
  get resources(): readonly ResourceTally[] {
    return [...this.#resources.values()].sort(
      (a, b) =>
        b.verdicts.differs - a.verdicts.differs || b.verdicts.values - a.verdicts.values || b.skipped - a.skipped,
    );
  }

  /** Most often first. */
  get subjects(): readonly SubjectTally[] {
    return [...this.#subjects.values()].sort((a, b) => timesOf(b) - timesOf(a));
  }

  #of(resourceId: string): ResourceTally {
    let tally = this.#resources.get(resourceId);
    if (!tally) {
      const verdicts = { same: 0, values: 0, differs: 0 };
      tally = { resource: resourceId, verdicts, skipped: 0, liveMs: new Times(), shadowMs: new Times() };
      this.#resources.set(resourceId, tally);
    }
    return tally;
  }

  #sum(of: (tally: ResourceTally) => number): number {
    let sum = 0;
    for (const tally of this.#resources.values()) sum += of(tally);
    return sum;
  }
}

export function timesOf({ kinds }: SubjectTally): number {
  return Object.values(kinds).reduce((sum, times) => sum + times, 0);
}

/** The newest of many numbers, for their median. */
export class Times {
  readonly #newest: number[] = [];

  add(value: number): void {
    this.#newest.push(value);
    if (this.#newest.length > 100) this.#newest.shift();
  }

  /** NaN where there is none. */
  get median(): number {
    const sorted = this.#newest.toSorted((a, b) => a - b);
    return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  }
}
