import type { MeshEvent, Result } from "@ocelli/model";

interface PluginTally {
  runs: number;
  failed: number;
  lastFault: string;
}

/** What a time of watching came to. */
export interface Summary {
  readonly plugins: readonly { name: string; runs: number; failed: number; lastFault: string }[];
  readonly resources: number;
  readonly metrics: number;
  readonly missed: number;
  readonly lateP50Ms: number;
  readonly lateP99Ms: number;
}

/** Counts results and events for the summary at the end. */
export class Tally {
  readonly #plugins = new Map<string, PluginTally>();
  readonly #resources = new Set<string>();
  readonly #lateMs: number[] = [];
  #metrics = 0;
  #missed = 0;

  result(result: Result): void {
    if (!result.last) return;
    const tally = this.#plugins.get(result.plugin) ?? { runs: 0, failed: 0, lastFault: "" };
    this.#plugins.set(result.plugin, tally);
    tally.runs += 1;
    if (result.fault) {
      tally.failed += 1;
      tally.lastFault = result.fault.message;
    }
    if (result.resource) this.#resources.add(result.resource.id);
    for (const { metrics } of result.groups) this.#metrics += metrics.length;
    if (!result.onDemand) this.#lateMs.push(result.startedAtMs - result.slotAtMs);
  }

  event(event: MeshEvent): void {
    if (event.type === "slot.missed") this.#missed += Number(event.attributes["count"] ?? 1);
  }

  summary(): Summary {
    const sorted = [...this.#lateMs].sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return {
      plugins: [...this.#plugins]
        .map(([name, tally]) => ({ name, ...tally }))
        .sort((a, b) => a.name.localeCompare(b.name)),
      resources: this.#resources.size,
      metrics: this.#metrics,
      missed: this.#missed,
      lateP50Ms: at(0.5),
      lateP99Ms: at(0.99),
    };
  }
}
