import type { ResourceRecord } from "@ocelli/model";
import type { Mirror } from "./mirror.js";

/** The keys of a mirror in order (by UTF-16 units), sorted again only after some came or went. */
export class SortedIds {
  readonly #mirror: Mirror<ResourceRecord, string>;
  #ids: readonly string[] = [];
  #changed = true;

  constructor(mirror: Mirror<ResourceRecord, string>) {
    this.#mirror = mirror;
    mirror.listen((_, entry, before) => {
      if (!entry || !before) this.#changed = true;
    });
  }

  /** Strictly after `id`. */
  *after(id: string): Iterable<string> {
    const ids = this.#sorted();
    let low = 0;
    for (let high = ids.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((ids[middle] ?? "") <= id) low = middle + 1;
      else high = middle;
    }
    for (let i = low; i < ids.length; i += 1) yield ids[i] ?? "";
  }

  #sorted(): readonly string[] {
    if (this.#changed) this.#ids = [...this.#mirror.values()].map((entry) => entry.key).sort();
    this.#changed = false;
    return this.#ids;
  }
}
