import { figuresOf } from "./process-figures.js";
import type { Service } from "./service.js";

const lookEveryMs = 100;

/** Follows how much memory services take, from its making until `end`. */
export class MemoryWatch {
  readonly #services: readonly Service[];
  readonly #timer: NodeJS.Timeout;
  /** By process: what it took first, and the most. */
  readonly #seen = new Map<number, { readonly firstBytes: number; mostBytes: number }>();

  constructor(services: readonly Service[]) {
    this.#services = services;
    this.#look();
    this.#timer = setInterval(() => this.#look(), lookEveryMs);
  }

  /** The largest rise of one process, in bytes. */
  end(): number {
    clearInterval(this.#timer);
    this.#look();
    return Math.max(0, ...[...this.#seen.values()].map(({ firstBytes, mostBytes }) => mostBytes - firstBytes));
  }

  #look(): void {
    for (const { pid } of this.#services) {
      const rssBytes = figuresOf(pid)?.rssBytes;
      if (rssBytes === undefined) continue;
      const seen = this.#seen.get(pid);
      if (seen) seen.mostBytes = Math.max(seen.mostBytes, rssBytes);
      else this.#seen.set(pid, { firstBytes: rssBytes, mostBytes: rssBytes });
    }
  }
}
