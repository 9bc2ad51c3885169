import { resultCodec } from "@ocelli/codec";
import type { EncodedRecord, Resource, Result } from "@ocelli/model";
import type { ModuleLink, PluginRevision } from "@ocelli/module-host";
import type { Found } from "../views/found-text.js";

/** How long a sink that stored everything may take to end its stream, in ms. */
const closeMs = 1_000;

/** Gives a sink a batch of sample results about a resource. Throws OcelliError where it does not say what became of them. */
export async function writeOnce(
  link: Pick<ModuleLink, "openSink">,
  target: PluginRevision,
  results: readonly Result[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Found> {
  const records = results.map(
    (result, i): EncodedRecord => ({ mesh: "sample", position: i + 1, resultBytes: resultCodec.encode(result) }),
  );
  const stream = link.openSink(target, signal);
  try {
    const { fault, refused } = await stream.write(records, timeoutMs);
    const reasons = refused.map((one) => ({ position: one.position, reason: one.fault.message }));
    return {
      kind: "sink",
      status: fault?.status ?? "success",
      fault,
      ...{ groups: [], sets: [], discovery: undefined },
      receipt: { stored: fault ? 0 : records.length - refused.length, refused: reasons },
    };
  } finally {
    await stream.close(closeMs);
  }
}

/** One result of each kind, and a poll that failed: what a sink meets in a mesh. Instants count back from `nowMs`. */
export function sampleResults(resource: Resource, nowMs: number): Result[] {
  const common: Result = {
    kind: "polling",
    plugin: "sample-poll",
    resource,
    ...{ fence: 1, part: 0, last: true, agentId: "sample", frequencyMs: 60_000, pluginRevision: "sample" },
    ...{ slotAtMs: nowMs - 120, startedAtMs: nowMs - 100, finishedAtMs: nowMs },
    status: "success",
    ...{ fault: undefined, groups: [], sets: [], discovery: undefined, onDemand: false },
  };
  const statusGroup = (value: bigint): Result["groups"][number] => ({
    name: "status",
    dimensions: [],
    metrics: [{ name: "status", type: "gauge", value }],
    atMs: nowMs,
  });
  const interfaceGroup: Result["groups"][number] = {
    name: "interface",
    dimensions: [{ name: "interface_name", value: "Gi0/1" }],
    metrics: [
      { name: "in_octets_total", type: "counter", value: 1_234_567n },
      { name: "utilisation_percent", type: "gauge", value: 12.5 },
    ],
    atMs: nowMs,
  };
  const message = `no answer from ${resource.id} within 5 s`;
  const fault = { message, origin: "target", retry: "next_slot", scope: "item", status: "timeout" } as const;
  const dataJson = new TextEncoder().encode(JSON.stringify({ site: "lab" }));
  const set = { namespace: "location", schema: "0.1", ttlS: 3_600, dataJson, resourceId: resource.id };
  const summary = { complete: true, resources: 1, scopes: [] };
  return [
    { ...common, kind: "polling", plugin: "sample-poll", groups: [interfaceGroup, statusGroup(0n)] },
    {
      ...common,
      kind: "polling",
      plugin: "sample-poll",
      fence: 2,
      status: "timeout",
      fault,
      groups: [statusGroup(3n)],
    },
    { ...common, kind: "enrichment", plugin: "sample-enrich", sets: [set] },
    {
      ...common,
      kind: "discovery",
      plugin: "sample-discover",
      resource: undefined,
      discovery: { resources: [resource], summary },
    },
  ];
}
