import type { Result } from "@ocelli/model";

/** Runs whose end nobody saw must not pile up. */
const openMax = 1_000;

/** Joins the parts of large results: gives each run once, when its last part is there. */
export class PartJoiner {
  readonly #open = new Map<string, Result[]>();

  /** The whole run, or undefined while parts are missing. A run whose first parts were not seen comes as far as it was. */
  take(part: Result): Result | undefined {
    const key = JSON.stringify([part.plugin, part.resource?.id, part.fence]);
    const before = this.#open.get(key) ?? [];
    this.#open.delete(key);
    if (part.last) return before.length === 0 ? part : joined([...before, part], part);
    this.#open.set(key, [...before, part]);
    if (this.#open.size > openMax) this.#forgetOldest();
    return undefined;
  }

  #forgetOldest(): void {
    const [oldest] = this.#open.keys();
    if (oldest !== undefined) this.#open.delete(oldest);
  }
}

function joined(parts: readonly Result[], last: Result): Result {
  const resources = parts.flatMap((part) => part.discovery?.resources ?? []);
  return {
    ...last,
    groups: parts.flatMap(({ groups }) => groups),
    sets: parts.flatMap(({ sets }) => sets),
    discovery: last.discovery && { resources, summary: last.discovery.summary },
  };
}
