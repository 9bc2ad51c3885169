import { create } from "@bufbuild/protobuf";
import type { MeshEvent, Result } from "@ocelli/model";
import { EventSchema, type Event as ProtoEvent, type Result as ProtoResult, ResultSchema } from "@ocelli/proto/task";
import { faultFromProto, faultToProto } from "./fault.js";
import { metricGroupFromProto, metricGroupToProto } from "./metric.js";
import { enrichmentSetFromProto, enrichmentSetToProto, resourceFromProto, resourceToProto } from "./resource.js";
import { kindWords, statusFromProto, statusToProto } from "./words.js";

export function resultToProto(result: Result): ProtoResult {
  const { resource, fault, discovery } = result;
  return create(ResultSchema, {
    kind: kindWords.to(result.kind),
    plugin: result.plugin,
    fence: BigInt(result.fence),
    part: result.part,
    last: result.last,
    agentId: result.agentId,
    slotAtMs: BigInt(result.slotAtMs),
    startedAtMs: BigInt(result.startedAtMs),
    finishedAtMs: BigInt(result.finishedAtMs),
    frequencyMs: result.frequencyMs,
    pluginRevision: result.pluginRevision,
    status: statusToProto(result.status),
    groups: result.groups.map(metricGroupToProto),
    sets: result.sets.map(enrichmentSetToProto),
    onDemand: result.onDemand,
    ...(resource ? { resource: resourceToProto(resource) } : {}),
    ...(fault ? { fault: faultToProto(fault) } : {}),
    ...(discovery ? { discovery: discoveryToProto(discovery) } : {}),
  });
}

function discoveryToProto(discovery: NonNullable<Result["discovery"]>) {
  const { resources, summary } = discovery;
  return {
    resources: resources.map(resourceToProto),
    ...(summary ? { summary: { ...summary, scopes: [...summary.scopes] } } : {}),
  };
}

export function resultFromProto(proto: ProtoResult): Result {
  const { resource, fault, discovery } = proto;
  return {
    kind: kindWords.from(proto.kind),
    plugin: proto.plugin,
    resource: resource ? resourceFromProto(resource) : undefined,
    fence: Number(proto.fence),
    part: proto.part,
    last: proto.last,
    agentId: proto.agentId,
    slotAtMs: Number(proto.slotAtMs),
    startedAtMs: Number(proto.startedAtMs),
    finishedAtMs: Number(proto.finishedAtMs),
    frequencyMs: proto.frequencyMs,
    pluginRevision: proto.pluginRevision,
    status: statusFromProto(proto.status),
    fault: fault ? faultFromProto(fault) : undefined,
    groups: proto.groups.map(metricGroupFromProto),
    sets: proto.sets.map(enrichmentSetFromProto),
    discovery: discovery
      ? {
          resources: discovery.resources.map(resourceFromProto),
          summary: discovery.summary
            ? {
                complete: discovery.summary.complete,
                resources: discovery.summary.resources,
                scopes: discovery.summary.scopes,
              }
            : undefined,
        }
      : undefined,
    onDemand: proto.onDemand,
  };
}

export function eventToProto(event: MeshEvent): ProtoEvent {
  return create(EventSchema, { ...event, atMs: BigInt(event.atMs), attributes: { ...event.attributes } });
}

export function eventFromProto(proto: ProtoEvent): MeshEvent {
  const { plugin, resourceId, message, attributes, from } = proto;
  // The wire allows any type; one that is new to this version is passed on as it is.
  const type = proto.type as MeshEvent["type"];
  return { atMs: Number(proto.atMs), type, plugin, resourceId, message, attributes, from };
}
