import { type EnrichmentRecord, OcelliError, type PluginRecord, type ResourceRecord, type Result } from "@ocelli/model";
import { applyEnrichment, type EnrichmentKey, type EnrichmentView, type KnownEnrichment } from "./enrichments.js";
import { inParallel } from "./in-parallel.js";
import type { BrokerNow, Shelf, Stored, Tell } from "./ports.js";
import { type Grace, isOver } from "./refresh.js";

export type EnrichmentShelf = Shelf<KnownEnrichment, EnrichmentKey, EnrichmentRecord>;

export interface EnrichmentDeps {
  readonly enrichments: EnrichmentShelf;
  readonly resources: Pick<Shelf<ResourceRecord>, "get">;
  readonly plugins: Pick<Shelf<PluginRecord>, "get">;
  readonly digestOf: (dataJson: Uint8Array) => string;
  readonly brokerNow: BrokerNow;
  readonly tell: Tell;
}

const rounds = 5;
const writesAtOnce = 16;

/** Keeps what is known of the resources. */
export class EnrichmentKeeper {
  readonly #deps: EnrichmentDeps;
  /** What was refused last, by plugin and resource, so that it is not told with every run. */
  readonly #refused = new Map<string, string>();

  constructor(deps: EnrichmentDeps) {
    this.#deps = deps;
  }

  /** Throws `unavailable` where the broker does not take it: the same result can be applied again as a whole. */
  async apply(result: Result): Promise<void> {
    const { enrichments, brokerNow, tell } = this.#deps;
    for (let round = 1; ; round += 1) {
      const nowMs = brokerNow();
      if (nowMs === undefined) throw new OcelliError("unavailable", "the broker's clock is not known");
      const { puts, refused } = applyEnrichment(result, this.#view(), nowMs);
      let moved = 0;
      for (const { key, record, event } of puts) {
        if ((await enrichments.put(key, record, enrichments.get(key)?.revision)) === "moved") moved += 1;
        else if (event) tell(event);
      }
      if (moved === 0) return this.#tellRefused(result, refused);
      if (round === rounds) throw new OcelliError("conflict", "the enrichment is written by others all the time");
    }
  }

  /** Removes what does not hold any more. */
  async expire(grace: Grace): Promise<void> {
    const nowMs = this.#deps.brokerNow();
    if (nowMs === undefined) return;
    const over: Stored<KnownEnrichment, EnrichmentKey>[] = [];
    for (const entry of this.#deps.enrichments.values()) {
      const { createdAtMs, expiresAtMs } = entry.value;
      if (isOver({ seenAtMs: createdAtMs, expiresAtMs }, nowMs, grace)) over.push(entry);
    }
    await inParallel(over, writesAtOnce, async ({ key, revision }) => {
      await this.#deps.enrichments.remove(key, revision);
    });
  }

  #tellRefused(result: Result, refused: ReturnType<typeof applyEnrichment>["refused"]): void {
    const key = `${result.plugin}\u0000${result.resource?.id ?? ""}`;
    const before = this.#refused.get(key);
    const now = refused.map((event) => event.message).join("\n");
    if (now === "") this.#refused.delete(key);
    else this.#refused.set(key, now);
    if (now !== before) for (const event of refused) this.#deps.tell(event);
  }

  #view(): EnrichmentView {
    const { enrichments, resources, plugins, digestOf } = this.#deps;
    return {
      get: (key) => enrichments.get(key)?.value,
      hasResource: (id) => resources.get(id) !== undefined,
      isSource: (plugin) => plugins.get(plugin) !== undefined,
      digestOf,
    };
  }
}
