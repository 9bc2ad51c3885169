import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { mibTree, parseSnmprec, startSnmpAgent } from "@ocelli/demo";
import type { FoundResource, MetricGroup } from "@ocelli/plugin-sdk";

export const vectorFolder = fileURLToPath(new URL("../../../../../shared/vectors/snmp", import.meta.url));

/** The recorded cases whose names begin so, or none where the folder is not there. */
export function vectorCases(prefix: string): string[] {
  if (!existsSync(vectorFolder)) return [];
  return readdirSync(vectorFolder)
    .filter((name) => name.startsWith(prefix) && existsSync(`${vectorFolder}/${name}/expected.json`))
    .sort();
}

export function readVector(name: string, file: string): string {
  return readFileSync(`${vectorFolder}/${name}/${file}`, "utf8");
}

/** Serves the recorded device over UDP, community public. */
export async function serveVector(name: string): Promise<AsyncDisposable & { readonly port: number }> {
  const tree = mibTree(parseSnmprec(readVector(name, "device.snmprec")));
  const agent = await startSnmpAgent({ port: 0, tree: () => tree, communities: ["public"] });
  return { port: agent.port, [Symbol.asyncDispose]: () => agent.close() };
}

interface PanoptesResource {
  readonly resource_id: string;
  readonly resource_site: string;
  readonly resource_class: string;
  readonly resource_subclass: string;
  readonly resource_type: string;
  readonly resource_endpoint: string;
  readonly resource_metadata: Readonly<Record<string, string>>;
}

/** The recorded resource in Ocelli's words, at the port where its device is served. */
export function resourceAt(recorded: PanoptesResource, port: number): FoundResource {
  return {
    id: recorded.resource_id,
    site: recorded.resource_site,
    class: recorded.resource_class,
    subclass: recorded.resource_subclass,
    type: recorded.resource_type,
    endpoint: recorded.resource_endpoint,
    metadata: { ...recorded.resource_metadata, snmp_port: String(port) },
  };
}

export interface ExpectedGroup {
  readonly metrics_group_type: string;
  readonly resource: PanoptesResource;
  readonly dimensions: readonly { readonly dimension_name: string; readonly dimension_value: string }[];
  readonly metrics: readonly {
    readonly metric_name: string;
    readonly metric_type: string;
    readonly metric_value: number;
  }[];
}

export interface ExpectedEnrichment {
  readonly resource: PanoptesResource;
  readonly enrichment: readonly {
    readonly namespace: string;
    readonly data: readonly Readonly<Record<string, unknown>>[];
  }[];
}

/** Groups as sorted lines, so that they are compared without order. */
export function linesOfExpected(groups: readonly ExpectedGroup[]): string[] {
  return groups
    .map(({ metrics_group_type, dimensions, metrics }) =>
      lineOf(
        metrics_group_type,
        dimensions.map((one) => `${one.dimension_name}=${one.dimension_value}`),
        metrics.map((one) => `${one.metric_name}:${one.metric_type}=${one.metric_value}`),
      ),
    )
    .sort();
}

export function linesOfGroups(groups: readonly MetricGroup[]): string[] {
  return groups
    .map(({ name, dimensions, metrics }) =>
      lineOf(
        name,
        dimensions.map((one) => `${one.name}=${one.value}`),
        metrics.map((one) => `${one.name}:${one.type}=${one.value}`),
      ),
    )
    .sort();
}

function lineOf(name: string, dimensions: string[], metrics: string[]): string {
  return [name, ...dimensions.sort(), ...metrics.sort()].join("\n  ");
}

/** What was stored for a poll: `<resource>:<namespace>=>JSON` lines. */
export function storedEnrichment(text: string, namespace: string): unknown {
  const line = text.split("\n").find((one) => one.includes(`:${namespace}=>`));
  return line === undefined ? undefined : JSON.parse(line.slice(line.indexOf("=>") + 2));
}
