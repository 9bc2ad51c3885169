import { type EnrichmentSet, type MeshEvent, type Result, statusNumber } from "@ocelli/model";

/** A finished run, for programs. */
export function resultView(result: Result): object {
  const { kind, plugin, resource, status, fault, groups, sets, discovery, ...rest } = result;
  return {
    entry: "result",
    kind,
    plugin,
    resource: resource ?? null,
    status,
    statusNumber: statusNumber(status),
    fault: fault ?? null,
    slotAtMs: rest.slotAtMs,
    startedAtMs: rest.startedAtMs,
    finishedAtMs: rest.finishedAtMs,
    frequencyMs: rest.frequencyMs,
    agentId: rest.agentId,
    fence: rest.fence,
    onDemand: rest.onDemand,
    pluginRevision: rest.pluginRevision,
    ...(kind === "polling" ? { groups } : {}),
    ...(kind === "enrichment" ? { sets: sets.map(setView) } : {}),
    ...(kind === "discovery" ? { resources: discovery?.resources ?? [], summary: discovery?.summary ?? null } : {}),
  };
}

export function eventView(event: MeshEvent): object {
  return { entry: "event", ...event };
}

/** An enrichment set with its data as JSON, or as text where it is none. */
export function setView({ dataJson, ...set }: EnrichmentSet): object {
  return { ...set, data: jsonOf(dataJson) };
}

export function jsonOf(bytes: Uint8Array): unknown {
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
