import { type Matcher, matcherOf, parseFilter, type ResourceRecord } from "@ocelli/model";
import type { Mirror } from "./mirror.js";

interface Count {
  readonly matches: Matcher;
  resources: number;
}

/** How many resources match a filter, kept up to date with each change instead of counted at each question. */
export class MatchCounts {
  readonly #resources: Mirror<ResourceRecord, string>;
  readonly #counts = new Map<string, Count>();
  readonly #bySource = new Map<string, number>();

  constructor(resources: Mirror<ResourceRecord, string>) {
    this.#resources = resources;
    for (const { value } of resources.values()) this.#add(value, 1);
    resources.listen((_, entry, before) => {
      if (before) this.#add(before.value, -1);
      if (entry) this.#add(entry.value, 1);
    });
  }

  /** 0 for a filter that cannot be read. */
  matching(filter: string): number {
    let count = this.#counts.get(filter);
    if (!count) {
      const parsed = parseFilter(filter);
      if (parsed.kind === "bad") return 0;
      count = { matches: matcherOf(parsed.filter), resources: 0 };
      for (const { value } of this.#resources.values()) if (count.matches(value.resource)) count.resources += 1;
      this.#counts.set(filter, count);
    }
    return count.resources;
  }

  /** How many resources a discovery plugin is the source of. */
  from(source: string): number {
    return this.#bySource.get(source) ?? 0;
  }

  /** Forgets the filters that nobody uses any more. */
  keepOnly(filters: ReadonlySet<string>): void {
    for (const filter of this.#counts.keys()) if (!filters.has(filter)) this.#counts.delete(filter);
  }

  #add({ source, resource }: ResourceRecord, step: 1 | -1): void {
    this.#bySource.set(source, (this.#bySource.get(source) ?? 0) + step);
    for (const count of this.#counts.values()) if (count.matches(resource)) count.resources += step;
  }
}
