import { enrichmentSetFromProto } from "@ocelli/codec";
import type { EnrichmentSet } from "@ocelli/model";
import type { MeshClient } from "../mesh.js";

/** Facts of one resource that travel with a run. */
export interface WantedFacts {
  readonly resourceId: string;
  readonly namespaces: readonly string[];
}

/** What an agent would bring along: what the plugin file asks for, else what the module wants of the resource itself. */
export function wantedFacts(preload: readonly string[], wants: readonly string[], ownId: string): WantedFacts[] {
  const entries = preload.length === 0 ? wants.map((namespace) => `self:${namespace}`) : preload;
  const byResource = new Map<string, string[]>();
  for (const entry of entries) {
    const colon = entry.lastIndexOf(":");
    const of = entry.slice(0, colon);
    const id = of === "self" ? ownId : of;
    byResource.set(id, [...(byResource.get(id) ?? []), entry.slice(colon + 1)]);
  }
  return [...byResource].map(([resourceId, namespaces]) => ({ resourceId, namespaces }));
}

/** The facts that the mesh has of those and that still hold. Throws where the registry does not answer. */
export async function knownFacts(
  registry: Pick<MeshClient["registry"], "getEnrichments">,
  wanted: readonly WantedFacts[],
  brokerNowMs: number,
): Promise<EnrichmentSet[]> {
  const found = await Promise.all(
    wanted.map(async ({ resourceId, namespaces }) => {
      const { enrichments } = await registry.getEnrichments({ resourceId });
      return enrichments.flatMap(({ set, expiresAtMs }) =>
        set && namespaces.includes(set.namespace) && Number(expiresAtMs) > brokerNowMs
          ? [enrichmentSetFromProto(set)]
          : [],
      );
    }),
  );
  return found.flat();
}
