import type { PairId } from "@ocelli/model";

/** Finds the id of a pair: one map a plugin, none a pair. */
export class PairIndex {
  readonly #byPlugin = new Map<string, Map<string, number>>();

  get(plugin: string, resourceId: string): number | undefined {
    return this.#byPlugin.get(plugin)?.get(resourceId);
  }

  set({ plugin, resourceId }: PairId, id: number): void {
    let ids = this.#byPlugin.get(plugin);
    if (!ids) {
      ids = new Map();
      this.#byPlugin.set(plugin, ids);
    }
    ids.set(resourceId, id);
  }

  delete({ plugin, resourceId }: PairId): void {
    const ids = this.#byPlugin.get(plugin);
    ids?.delete(resourceId);
    if (ids?.size === 0) this.#byPlugin.delete(plugin);
  }

  plugins(): Iterable<string> {
    return this.#byPlugin.keys();
  }

  /** Resource ids and pair ids of one plugin. */
  pairsOf(plugin: string): Iterable<[string, number]> {
    return this.#byPlugin.get(plugin) ?? [];
  }
}
