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

  /** The items of each call, each with its index in `items`. */
  of(items: readonly WorkItem[]): IndexedItem[][] {
    const now = this.#clock.monotonicMs();
    const groups = new Map<string, IndexedItem[]>();
    for (const [index, item] of items.entries()) {
      const { plugin } = item.run;
      const apart = (this.#apartUntilMs.get(plugin) ?? 0) > now;
      const key = apart ? plugin : "";
      groups.set(key, [...(groups.get(key) ?? []), { ...item, index }]);
    }
    return [...groups.values()].flatMap((group) => splitItems(group, this.#limits));
  }
}

export interface IndexedItem extends WorkItem {
  readonly index: number;
}
