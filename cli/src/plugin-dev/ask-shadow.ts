import type { EnrichmentSet, Fault, Kind, MetricGroup, Resource, Run, WorkItem } from "@ocelli/model";
import type { ModuleLink, WorkOptions } from "@ocelli/module-host";
import type { Found } from "../views/found-text.js";

/** What one run found and what it leaves to the next one; undefined leaves what there was. */
export interface Answered {
  readonly found: Found;
  readonly state: Uint8Array | undefined;
}

export type ShadowLink = Pick<ModuleLink, "poll" | "enrich" | "discover">;

const nothing = { groups: [], sets: [], discovery: undefined };

/** Asks a module as an agent does. Undefined where `signal` aborts before the last word. */
export async function askShadow(
  link: ShadowLink,
  kind: Exclude<Kind, "sink">,
  item: WorkItem,
  options: WorkOptions,
  signal: AbortSignal,
): Promise<Answered | undefined> {
  switch (kind) {
    case "polling":
      return await poll(link, item, options, signal);
    case "enrichment":
      return await enrich(link, item, options, signal);
    case "discovery":
      return await discover(link, item.run, options, signal);
  }
}

async function poll(link: ShadowLink, item: WorkItem, options: WorkOptions, signal: AbortSignal) {
  const groups: MetricGroup[] = [];
  let fault: Fault | undefined;
  for await (const answer of link.poll([item], options, signal)) {
    groups.push(...answer.groups);
    fault = answer.fault ?? fault;
    if (answer.last) return answered({ ...nothing, kind: "polling", groups }, fault, answer.state);
  }
  return undefined;
}

async function enrich(link: ShadowLink, item: WorkItem, options: WorkOptions, signal: AbortSignal) {
  const sets: EnrichmentSet[] = [];
  let fault: Fault | undefined;
  for await (const answer of link.enrich([item], options, signal)) {
    sets.push(...answer.sets);
    fault = answer.fault ?? fault;
    if (answer.last) return answered({ ...nothing, kind: "enrichment", sets }, fault, answer.state);
  }
  return undefined;
}

async function discover(link: ShadowLink, run: Run, options: WorkOptions, signal: AbortSignal) {
  const resources: Resource[] = [];
  let partial: Fault | undefined;
  for await (const part of link.discover(run, options, signal)) {
    if (part.kind === "resources") resources.push(...part.resources);
    // What else was found counts: the run as a whole is partial.
    else if (part.kind === "partial") partial ??= { ...part.fault, status: "partial" };
    else {
      const { summary, state } = part;
      const found = { ...nothing, kind: "discovery" as const, discovery: { resources, summary } };
      return answered(found, part.fault ?? partial, state);
    }
  }
  return undefined;
}

function answered(
  found: Omit<Found, "status" | "fault">,
  fault: Fault | undefined,
  state: Uint8Array | undefined,
): Answered {
  return { found: { ...found, fault, status: fault?.status ?? "success" }, state };
}
