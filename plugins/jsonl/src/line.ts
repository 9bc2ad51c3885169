import {
  type EnrichmentSet,
  type Metric,
  type MetricGroup,
  pollStatuses,
  type Resource,
  type SinkRecord,
} from "@ocelli/plugin-sdk";
import { type Json, RawJson, toJson } from "./json.js";

/** One result as one line of JSON, without the line's end. The README is its description; keys are added, never changed. */
export function lineOf({ mesh, position, result }: SinkRecord): string {
  const { resource, fault, discovery } = result;
  return toJson({
    mesh,
    position,
    kind: result.kind,
    plugin: result.plugin,
    plugin_revision: result.pluginRevision,
    resource: resource ? resourceJson(resource) : null,
    fence: result.fence,
    part: result.part,
    last: result.last,
    agent: result.agentId,
    on_demand: result.onDemand,
    slot_at_ms: result.slotAtMs,
    started_at_ms: result.startedAtMs,
    finished_at_ms: result.finishedAtMs,
    frequency_ms: result.frequencyMs,
    status: result.status,
    status_number: pollStatuses.indexOf(result.status),
    fault: fault
      ? { message: fault.message, origin: fault.origin, retry: fault.retry, scope: fault.scope, status: fault.status }
      : null,
    groups: result.groups.map(groupJson),
    sets: result.sets.map(setJson),
    discovery: discovery
      ? { resources: discovery.resources.length, summary: discovery.summary ? { ...discovery.summary } : null }
      : null,
  });
}

/** The mesh and position that a line names, or undefined where it is none of ours. */
export function placeOfLine(line: string): { readonly mesh: string; readonly position: number } | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null || !("mesh" in value) || !("position" in value)) return undefined;
    const { mesh, position } = value;
    if (typeof mesh !== "string" || typeof position !== "number" || !Number.isSafeInteger(position)) return undefined;
    return { mesh, position };
  } catch {
    return undefined;
  }
}

function resourceJson(resource: Resource): Json {
  const { id, site, subclass, type, endpoint, parents, ttlS } = resource;
  const metadata = new Map(Object.entries(resource.metadata));
  return { id, site, class: resource.class, subclass, type, endpoint, metadata, parents, ttl_s: ttlS };
}

function groupJson(group: MetricGroup): Json {
  return {
    name: group.name,
    at_ms: group.atMs,
    dimensions: new Map(group.dimensions.map(({ name, value }) => [name, value])),
    metrics: metricsJson(group.metrics),
  };
}

/** A name that stands for a gauge and a counter at once keeps the first and gives the second its type as an ending. */
function metricsJson(metrics: readonly Metric[]): Json {
  const named = new Map<string, Json>();
  for (const { name, type, value } of metrics) named.set(named.has(name) ? `${name}__${type}` : name, { type, value });
  return named;
}

function setJson(set: EnrichmentSet): Json {
  return {
    namespace: set.namespace,
    schema: set.schema,
    ttl_s: set.ttlS,
    resource_id: set.resourceId,
    data: dataJson(set),
  };
}

/** The set's own text, so that no digit of a large number is lost; line breaks between its values become blanks. */
function dataJson(set: EnrichmentSet): Json {
  const text = new TextDecoder().decode(set.dataJson);
  try {
    JSON.parse(text);
    return new RawJson(text.replace(/[\r\n]/g, " "));
  } catch {
    return text;
  }
}
