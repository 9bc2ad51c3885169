import type { Bus } from "@ocelli/bus";
import type { Clock, EnrichmentSet } from "@ocelli/model";
import type { EnrichmentSource } from "../domain/run-ports.js";

const freshMs = 15_000;
const mostKept = 20_000;

/** Enrichment by key, read from the leader and kept for some seconds. What is past its ttl is nothing. */
export function busEnrichments(bus: Pick<Bus, "enrichments" | "brokerNowMs">, clock: Clock): EnrichmentSource {
  const kept = new Map<string, { set: EnrichmentSet | undefined; readAtMs: number }>();
  return {
    async find(resourceId, namespace) {
      const key = `${resourceId}\u0000${namespace}`;
      const known = kept.get(key);
      if (known && clock.monotonicMs() - known.readAtMs < freshMs) return known.set;
      try {
        const entry = await bus.enrichments.get([resourceId, namespace]);
        const set = entry && entry.value.expiresAtMs > bus.brokerNowMs() ? entry.value.set : undefined;
        kept.delete(key);
        kept.set(key, { set, readAtMs: clock.monotonicMs() });
        const [oldest] = kept.keys();
        if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
        return set;
      } catch {
        return known?.set;
      }
    },
  };
}
