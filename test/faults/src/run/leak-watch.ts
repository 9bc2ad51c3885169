import { figuresOf, type ProcessFigures } from "../world/process-figures.js";
import type { World } from "../world/world.js";

/** How much more a process held at the end than after its warm-up. */
export interface Rises {
  readonly rssMib: number;
  readonly openFiles: number;
  readonly threads: number;
}

/** Follows what long-lived processes hold, once in each quiet moment. */
export class LeakWatch {
  readonly #samples = new Map<string, ProcessFigures[]>();
  readonly #world: World;
  readonly #names: readonly string[];

  constructor(world: World, names: readonly string[]) {
    this.#world = world;
    this.#names = names;
  }

  /** Throws where one of them was started again: nothing could be said of it. */
  look(): void {
    for (const name of this.#names) {
      const { pid, boots } = this.#world.service(name);
      const figures = figuresOf(pid);
      if (!figures || boots !== 1)
        throw new Error(`${name} did not live through it all: it was started ${boots} times`);
      this.#samples.set(name, [...(this.#samples.get(name) ?? []), figures]);
    }
  }

  /** The largest rise of any of them. The first third is taken for warm-up. */
  rises(): Rises {
    const all = [...this.#samples.values()];
    const most = (of: (figures: ProcessFigures) => number): number => {
      return Math.max(...all.map((own) => rise(own.map(of))));
    };
    return {
      rssMib: Math.round((most(({ rssBytes }) => rssBytes) / 1024 ** 2) * 10) / 10,
      openFiles: most(({ openFiles }) => openFiles),
      threads: most(({ threads }) => threads),
    };
  }
}

/** Of two medians: that of the last third over that of the middle one. */
function rise(samples: readonly number[]): number {
  const third = Math.max(1, Math.floor(samples.length / 3));
  const middle = samples.slice(third, 2 * third);
  const last = samples.slice(-third);
  return median(last) - median(middle.length > 0 ? middle : samples.slice(0, 1));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
