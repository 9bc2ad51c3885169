import { type EnrichmentRecord, type EnrichmentSet, holdsJsonObject, type Result } from "@ocelli/model";
import { draft } from "./event-draft.js";
import type { EventDraft } from "./ports.js";
import { needsRefresh } from "./refresh.js";

/** What is held in memory of an enrichment: everything but its data. */
export interface KnownEnrichment {
  readonly plugin: string;
  readonly schema: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  /** Equal where the data are. */
  readonly digest: string;
}

/** Resource id and namespace. */
export type EnrichmentKey = readonly [resourceId: string, namespace: string];

export interface EnrichmentView {
  get(key: EnrichmentKey): KnownEnrichment | undefined;
  hasResource(id: string): boolean;
  isSource(plugin: string): boolean;
  digestOf(dataJson: Uint8Array): string;
}

export interface EnrichmentPut {
  readonly key: EnrichmentKey;
  readonly record: EnrichmentRecord;
  readonly event: EventDraft | undefined;
}

/** The most that one set may hold: a KV entry has to fit into the broker's largest message, 1 MB. */
export const enrichmentMaxBytes = 900_000;

/** From the result of one enrichment run to what the registry should keep. A set without a ttl holds for three intervals. */
export function applyEnrichment(
  result: Result,
  view: EnrichmentView,
  nowMs: number,
): { readonly puts: readonly EnrichmentPut[]; readonly refused: readonly EventDraft[] } {
  const puts: EnrichmentPut[] = [];
  const refused: EventDraft[] = [];
  for (const given of result.sets) {
    const resourceId = given.resourceId || result.resource?.id || "";
    const set: EnrichmentSet = { ...given, resourceId };
    const key: EnrichmentKey = [resourceId, set.namespace];
    const before = view.get(key);
    const problem = whyRefused(set, before, result.plugin, view, nowMs);
    if (problem !== undefined) {
      const attributes = { namespace: set.namespace };
      const message = `the enrichment "${set.namespace}" was not taken: ${problem}`;
      refused.push(draft("resource.refused", message, { plugin: result.plugin, resourceId, attributes }));
      continue;
    }
    const put = next(set, before, result, view.digestOf(set.dataJson), nowMs);
    if (put) puts.push({ key, ...put });
  }
  return { puts, refused };
}

function next(
  set: EnrichmentSet,
  before: KnownEnrichment | undefined,
  { plugin, frequencyMs, finishedAtMs }: Result,
  digest: string,
  nowMs: number,
): Omit<EnrichmentPut, "key"> | undefined {
  const createdAtMs = finishedAtMs > 0 ? Math.min(finishedAtMs, nowMs) : nowMs;
  const ttlMs = set.ttlS > 0 ? set.ttlS * 1000 : 3 * frequencyMs;
  const record = { set, plugin, createdAtMs, expiresAtMs: createdAtMs + ttlMs };
  if (before && before.digest === digest && before.schema === set.schema && before.plugin === plugin) {
    const span = { seenAtMs: before.createdAtMs, expiresAtMs: before.expiresAtMs };
    const sameTtl = before.expiresAtMs - before.createdAtMs === ttlMs;
    if (createdAtMs <= before.createdAtMs) return undefined;
    return sameTtl && !needsRefresh(span, createdAtMs, frequencyMs) ? undefined : { record, event: undefined };
  }
  const what = before ? "changed" : "is new";
  const event = draft("enrichment.changed", `what is known of its "${set.namespace}" ${what}`, {
    plugin,
    resourceId: set.resourceId,
    attributes: { namespace: set.namespace, schema: set.schema, size_bytes: String(set.dataJson.length) },
  });
  return { record, event };
}

function whyRefused(
  set: EnrichmentSet,
  before: KnownEnrichment | undefined,
  plugin: string,
  view: EnrichmentView,
  nowMs: number,
): string | undefined {
  if (set.namespace === "") return "it names no namespace";
  if (set.dataJson.length > enrichmentMaxBytes)
    return `its data are ${set.dataJson.length} bytes; at most ${enrichmentMaxBytes} are kept`;
  if (!holdsJsonObject(set.dataJson)) return "its data are no JSON object";
  if (!view.hasResource(set.resourceId)) return `there is no resource ${JSON.stringify(set.resourceId.slice(0, 100))}`;
  if (before && before.plugin !== plugin && view.isSource(before.plugin) && nowMs < before.expiresAtMs)
    return `${before.plugin} found this namespace first, and goes on being its source`;
  return undefined;
}
