import { type Resource, type ResourceRecord, sameResource } from "@ocelli/model";
import type { DiscoveryAnswer } from "./discovery-parts.js";
import { draft } from "./event-draft.js";
import type { EventDraft } from "./ports.js";
import { needsRefresh } from "./refresh.js";
import { judgeRemoval, type RemovalLimits } from "./removal.js";
import { whyNotTaken } from "./resource-size.js";

export interface InventoryView {
  get(id: string): ResourceRecord | undefined;
  /** All resources of one discovery plugin. */
  of(source: string): readonly ResourceRecord[];
  /** Whether a plugin of that name still exists: the resources of one that does not can be taken over. */
  isSource(plugin: string): boolean;
}

export interface InventoryRules {
  readonly removal: RemovalLimits;
  /** For resources that say no ttl of their own. */
  readonly defaultTtlS: number;
}

export type ResourceChange =
  | { readonly kind: "put"; readonly record: ResourceRecord; readonly event: EventDraft | undefined }
  | { readonly kind: "remove"; readonly id: string; readonly event: EventDraft };

export interface InventoryPlan {
  readonly changes: readonly ResourceChange[];
  /** Resources that were not taken, one event each. */
  readonly refused: readonly EventDraft[];
  /** Why nothing may be removed, or what is held back. */
  readonly notice: EventDraft | undefined;
}

/** From the answer of one discovery to what the registry should keep, at `nowMs` of the broker's clock. Pure and
 *  idempotent: an answer that was applied once plans no change the second time. */
export function applyDiscovery(
  answer: DiscoveryAnswer,
  view: InventoryView,
  rules: InventoryRules,
  nowMs: number,
): InventoryPlan {
  const changes: ResourceChange[] = [];
  const refused: EventDraft[] = [];
  const first = new Map<string, Resource>();
  let invalid = 0;
  for (const resource of answer.resources) {
    const [problem] = whyNotTaken(resource);
    const twin = first.get(resource.id);
    if (problem !== undefined) {
      invalid += 1;
      refused.push(refusal(answer.plugin, resource, problem));
    } else if (twin) {
      if (!sameResource(twin, resource)) refused.push(refusal(answer.plugin, resource, "the answer names it twice"));
    } else {
      first.set(resource.id, resource);
      const before = view.get(resource.id);
      const owner = before && heldBySomebodyElse(before, answer.plugin, view, nowMs);
      if (owner !== undefined) refused.push(refusal(answer.plugin, resource, owner));
      else changes.push(...upsert(resource, before, answer, rules, nowMs));
    }
  }
  const own = view.of(answer.plugin);
  const verdict = judgeRemoval(answer, invalid, own, rules.removal);
  switch (verdict.kind) {
    case "keep":
      return { changes, refused, notice: incomplete(answer.plugin, verdict.reason) };
    case "remove":
      changes.push(...verdict.missing.map((record) => removal(record, `${answer.plugin} names it no more`)));
      return { changes, refused, notice: undefined };
    case "hold": {
      const fresh = verdict.missing.filter((record) => !record.heldForRemoval);
      for (const record of fresh)
        changes.push({ kind: "put", record: { ...record, heldForRemoval: true }, event: undefined });
      const { length } = verdict.missing;
      const share = `${length} of its resources at once (${Math.round(verdict.percent)} %, allowed are ${rules.removal.percent} %)`;
      const notice = draft("discovery.held", `it names ${share} no more; they are kept until somebody confirms`, {
        plugin: answer.plugin,
        attributes: { resources: String(length) },
      });
      return { changes, refused, notice: fresh.length > 0 ? notice : undefined };
    }
  }
}

/** A resource put by hand, at `nowMs`. Without a ttl of its own it stays until it is deleted. */
export function putByHand(resource: Resource, before: ResourceRecord | undefined, nowMs: number): ResourceRecord {
  const expiresAtMs = resource.ttlS === 0 ? 0 : nowMs + resource.ttlS * 1000;
  return { ...base(resource, before, nowMs), source: "", expiresAtMs };
}

export function removal(record: ResourceRecord, why: string): ResourceChange & { kind: "remove" } {
  const { id } = record.resource;
  const event = draft("resource.removed", why, { plugin: record.source, resourceId: id });
  return { kind: "remove", id, event };
}

function upsert(
  resource: Resource,
  before: ResourceRecord | undefined,
  { plugin, frequencyMs, finishedAtMs }: DiscoveryAnswer,
  rules: InventoryRules,
  nowMs: number,
): ResourceChange[] {
  // An answer that waited in the stream confirms what was there when it was given, not what is there now.
  const seenAtMs = finishedAtMs > 0 ? Math.min(finishedAtMs, nowMs) : nowMs;
  const ttlMs = (resource.ttlS === 0 ? rules.defaultTtlS : resource.ttlS) * 1000;
  const record = { ...base(resource, before, seenAtMs), source: plugin, expiresAtMs: seenAtMs + ttlMs };
  const about = { plugin, resourceId: resource.id };
  if (!before) return [{ kind: "put", record, event: draft("resource.added", `${plugin} found it`, about) }];
  if (!sameResource(before.resource, resource) || before.source !== plugin) {
    const event = draft("resource.changed", changeOf(before, record), about);
    return [{ kind: "put", record, event }];
  }
  if (!before.heldForRemoval && !needsRefresh(before, seenAtMs, frequencyMs)) return [];
  return record.seenAtMs > before.seenAtMs || before.heldForRemoval ? [{ kind: "put", record, event: undefined }] : [];
}

function base(resource: Resource, before: ResourceRecord | undefined, seenAtMs: number) {
  const moved = before === undefined || before.resource.endpoint !== resource.endpoint;
  return {
    resource,
    firstSeenAtMs: before?.firstSeenAtMs ?? seenAtMs,
    seenAtMs,
    endpointSinceAtMs: moved ? seenAtMs : before.endpointSinceAtMs,
    heldForRemoval: false,
  };
}

function heldBySomebodyElse(
  before: ResourceRecord,
  plugin: string,
  view: InventoryView,
  nowMs: number,
): string | undefined {
  if (before.source === plugin) return undefined;
  if (before.source === "") return "it was put by hand, and discovery does not touch that";
  if (!view.isSource(before.source)) return undefined;
  const over = before.expiresAtMs !== 0 && nowMs >= before.expiresAtMs;
  return over ? undefined : `${before.source} found it first, and goes on being its source`;
}

function refusal(plugin: string, resource: Resource, why: string): EventDraft {
  return draft("resource.refused", `${JSON.stringify(resource.id.slice(0, 100))}: ${why}`, {
    plugin,
    resourceId: resource.id.slice(0, 512),
  });
}

function incomplete(plugin: string, reason: string): EventDraft {
  return draft("discovery.incomplete", `nothing is removed by its answer: ${reason}`, { plugin });
}

function changeOf(before: ResourceRecord, after: ResourceRecord): string {
  const plain = ["site", "class", "subclass", "type", "endpoint", "ttlS"] as const;
  const changed: string[] = plain.filter((field) => before.resource[field] !== after.resource[field]);
  const [old, now] = [before.resource.metadata, after.resource.metadata];
  const keys = new Set([...Object.keys(old), ...Object.keys(now)]);
  changed.push(...[...keys].filter((key) => old[key] !== now[key]).map((key) => `metadata.${key}`));
  if (JSON.stringify(before.resource.parents) !== JSON.stringify(after.resource.parents)) changed.push("parents");
  const source = before.source === after.source ? [] : [`source (was ${before.source})`];
  return `changed: ${[...source, ...changed].slice(0, 20).join(", ")}`;
}
