import { create } from "@bufbuild/protobuf";
import type { EnrichmentRecord, EnrichmentSet, Resource, ResourceRecord } from "@ocelli/model";
import {
  EnrichmentRecordSchema,
  EnrichmentSetSchema,
  type EnrichmentRecord as ProtoEnrichmentRecord,
  type EnrichmentSet as ProtoEnrichmentSet,
  type Resource as ProtoResource,
  type ResourceRecord as ProtoResourceRecord,
  ResourceRecordSchema,
  ResourceSchema,
} from "@ocelli/proto/resource";

export function resourceToProto(resource: Resource): ProtoResource {
  const { id, site, subclass, type, endpoint, metadata, parents, ttlS } = resource;
  return create(ResourceSchema, {
    id,
    site,
    class: resource.class,
    subclass,
    type,
    endpoint,
    metadata: { ...metadata },
    parents: [...parents],
    ttlS,
  });
}

export function resourceFromProto(proto: ProtoResource): Resource {
  const { id, site, subclass, type, endpoint, metadata, parents, ttlS } = proto;
  return { id, site, class: proto.class, subclass, type, endpoint, metadata, parents, ttlS };
}

export function resourceRecordToProto(record: ResourceRecord): ProtoResourceRecord {
  return create(ResourceRecordSchema, {
    resource: resourceToProto(record.resource),
    source: record.source,
    firstSeenAtMs: BigInt(record.firstSeenAtMs),
    seenAtMs: BigInt(record.seenAtMs),
    endpointSinceAtMs: BigInt(record.endpointSinceAtMs),
    expiresAtMs: BigInt(record.expiresAtMs),
    heldForRemoval: record.heldForRemoval,
  });
}

export function resourceRecordFromProto(proto: ProtoResourceRecord): ResourceRecord {
  return {
    resource: resourceFromProto(proto.resource ?? create(ResourceSchema)),
    source: proto.source,
    firstSeenAtMs: Number(proto.firstSeenAtMs),
    seenAtMs: Number(proto.seenAtMs),
    endpointSinceAtMs: Number(proto.endpointSinceAtMs),
    expiresAtMs: Number(proto.expiresAtMs),
    heldForRemoval: proto.heldForRemoval,
  };
}

export function enrichmentSetToProto(set: EnrichmentSet): ProtoEnrichmentSet {
  return create(EnrichmentSetSchema, set);
}

export function enrichmentSetFromProto(proto: ProtoEnrichmentSet): EnrichmentSet {
  const { namespace, schema, ttlS, dataJson, resourceId } = proto;
  return { namespace, schema, ttlS, dataJson, resourceId };
}

export function enrichmentRecordToProto(record: EnrichmentRecord): ProtoEnrichmentRecord {
  return create(EnrichmentRecordSchema, {
    set: enrichmentSetToProto(record.set),
    plugin: record.plugin,
    createdAtMs: BigInt(record.createdAtMs),
    expiresAtMs: BigInt(record.expiresAtMs),
  });
}

export function enrichmentRecordFromProto(proto: ProtoEnrichmentRecord): EnrichmentRecord {
  return {
    set: enrichmentSetFromProto(proto.set ?? create(EnrichmentSetSchema)),
    plugin: proto.plugin,
    createdAtMs: Number(proto.createdAtMs),
    expiresAtMs: Number(proto.expiresAtMs),
  };
}
