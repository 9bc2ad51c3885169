import { resourceFromProto } from "@ocelli/codec";
import type { Resource } from "@ocelli/model";
import type { EnrichmentRecord, ResourceRecord } from "@ocelli/proto/resource";
import { printable } from "../display/printable.js";
import { ago, ahead } from "../display/span.js";
import type { Column } from "../output.js";
import { jsonOf } from "./result-view.js";

/** A resource as the registry keeps it. Instants are epoch ms of the broker's clock. */
export interface ResourceView {
  readonly resource: Resource;
  /** Empty where it was put by hand. */
  readonly source: string;
  readonly firstSeenAtMs: number;
  readonly seenAtMs: number;
  readonly endpointSinceAtMs: number;
  readonly expiresAtMs: number;
  readonly heldForRemoval: boolean;
}

export function resourceView(record: ResourceRecord): ResourceView | undefined {
  if (!record.resource) return undefined;
  return {
    resource: resourceFromProto(record.resource),
    source: record.source,
    firstSeenAtMs: Number(record.firstSeenAtMs),
    seenAtMs: Number(record.seenAtMs),
    endpointSinceAtMs: Number(record.endpointSinceAtMs),
    expiresAtMs: Number(record.expiresAtMs),
    heldForRemoval: record.heldForRemoval,
  };
}

export function resourceColumns(nowMs: number): Column<ResourceView>[] {
  return [
    { title: "resource", of: ({ resource }) => resource.id },
    { title: "endpoint", of: ({ resource }) => resource.endpoint || "-" },
    { title: "kind", of: ({ resource }) => kindText(resource) || "-" },
    { title: "site", of: ({ resource }) => resource.site || "-" },
    { title: "source", of: sourceText },
    { title: "known since", of: ({ firstSeenAtMs }) => ago(firstSeenAtMs, nowMs) },
  ];
}

/** "network/switch/cisco-ios". */
export function kindText({ class: broad, subclass, type }: Resource): string {
  return [broad, subclass, type].filter((part) => part !== "").join("/");
}

function sourceText({ source, heldForRemoval }: ResourceView): string {
  return `${source || "by hand"}${heldForRemoval ? " (its removal waits for confirmation)" : ""}`;
}

/** Where a resource comes from and how long it stays, in one line. */
export function originText(view: ResourceView, nowMs: number): string {
  const from = view.source === "" ? "put by hand" : `found by ${printable(view.source)}`;
  const held = view.heldForRemoval ? `; its removal waits for "ocelli plugins confirm-removal"` : "";
  const expires = view.expiresAtMs > 0 ? `, expires ${ahead(view.expiresAtMs, nowMs)}` : "";
  return `${from} ${ago(view.firstSeenAtMs, nowMs)}${expires}${held}`;
}

export interface EnrichmentView {
  readonly namespace: string;
  readonly schema: string;
  readonly plugin: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly data: unknown;
}

export function enrichmentView({ set, plugin, createdAtMs, expiresAtMs }: EnrichmentRecord): EnrichmentView {
  return {
    namespace: set?.namespace ?? "",
    schema: set?.schema ?? "",
    plugin,
    createdAtMs: Number(createdAtMs),
    expiresAtMs: Number(expiresAtMs),
    data: set ? jsonOf(set.dataJson) : null,
  };
}
