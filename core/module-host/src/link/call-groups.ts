import type { Clock, ModuleLimits, WorkItem } from "@ocelli/model";
import { splitItems } from "./wire-item.js";

/** How long a plugin whose call failed as a whole is called apart from the others, in ms. */
const apartMs = 10 * 60_000;

/** Decides which items travel in one call. All plugins of a module share calls, until a call that several share fails
 *  as a whole: from then on they are called apart for a while, so that only the one to blame keeps failing. */
export class CallGroups {
  readonly #clock: Clock;
  readonly #limits: ModuleLimits;
  readonly #apartUntilMs = new Map<string, number>();

  constructor(clock: Clock, limits: ModuleLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** A call about these plugins failed as a whole. */
  blame(plugins: readonly string[]): void {
    if (plugins.length < 2) return;
    for (const plugin of plugins) this.#apartUntilMs.set(plugin, this.#clock.monotonicMs() + apartMs);
  }

  /** The items of each call. */
  of(items: readonly WorkItem[]): CallItems[] {
    if (this.#apartUntilMs.size === 0) return this.#split(items, undefined);
    const now = this.#clock.monotonicMs();
    const groups = new Map<string, number[]>();
    for (const [index, { run }] of items.entries()) {
      const key = this.#isApart(run.plugin, now) ? run.plugin : "";
      const group = groups.get(key);
      if (group) group.push(index);
      else groups.set(key, [index]);
    }
    return [...groups.values()].flatMap((indexes) =>
      this.#split(
        indexes.flatMap((index) => items[index] ?? []),
        indexes,
      ),
    );
  }

  #split(items: readonly WorkItem[], indexes: readonly number[] | undefined): CallItems[] {
    const calls = splitItems(items, this.#limits);
    if (calls.length === 1) return [{ items, indexOf: (item) => (indexes ? (indexes[item] ?? -1) : item) }];
    let before = 0;
    return calls.map((call) => {
      const from = before;
      before += call.length;
      return { items: call, indexOf: (item) => (indexes ? (indexes[from + item] ?? -1) : from + item) };
    });
  }

  #isApart(plugin: string, nowMs: number): boolean {
    const untilMs = this.#apartUntilMs.get(plugin);
    if (untilMs === undefined) return false;
    if (untilMs > nowMs) return true;
    this.#apartUntilMs.delete(plugin);
    return false;
  }
}

export interface CallItems {
  readonly items: readonly WorkItem[];
  /** Where an item of the call stands among those that were asked for. */
  indexOf(item: number): number;
}
