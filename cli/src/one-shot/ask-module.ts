import type { Clock, EnrichmentSet, Fault, MetricGroup, Resource, Run, WorkItem } from "@ocelli/model";
import type { ModuleLink } from "@ocelli/module-host";
import type { Found } from "../views/found-text.js";

/** What is asked of a module, once. */
export interface Question {
  readonly plugin: string;
  readonly revision: string;
  readonly frequencyMs: number;
  readonly timeoutMs: number;
}

export type AskedLink = Pick<ModuleLink, "poll" | "enrich" | "discover">;

/** One run as its module sees it: nothing ran before it. */
export function onceRun({ plugin, revision, frequencyMs, timeoutMs }: Question, clock: Clock): Run {
  return {
    plugin,
    revision,
    frequencyMs,
    fence: 1,
    leaseMs: timeoutMs,
    deadlineMs: timeoutMs,
    slotAtMs: clock.nowMs(),
    state: new Uint8Array(),
    traceparent: "",
  };
}

const nothing = { groups: [], sets: [], discovery: undefined };

export async function pollOnce(link: AskedLink, item: WorkItem, signal: AbortSignal): Promise<Found> {
  const groups: MetricGroup[] = [];
  let fault: Fault | undefined;
  for await (const answer of link.poll([item], {}, signal)) {
    groups.push(...answer.groups);
    fault = answer.fault ?? fault;
  }
  return { ...nothing, kind: "polling", groups, fault, status: fault?.status ?? "success" };
}

export async function enrichOnce(link: AskedLink, item: WorkItem, signal: AbortSignal): Promise<Found> {
  const sets: EnrichmentSet[] = [];
  let fault: Fault | undefined;
  for await (const answer of link.enrich([item], {}, signal)) {
    sets.push(...answer.sets);
    fault = answer.fault ?? fault;
  }
  return { ...nothing, kind: "enrichment", sets, fault, status: fault?.status ?? "success" };
}

/** `onPartial` hears of each scope that could not be looked at. */
export async function discoverOnce(
  link: AskedLink,
  run: Run,
  onPartial: (sentence: string) => void,
  signal: AbortSignal,
): Promise<Found> {
  const resources: Resource[] = [];
  let partial: Fault | undefined;
  for await (const part of link.discover(run, {}, signal)) {
    if (part.kind === "resources") resources.push(...part.resources);
    if (part.kind === "partial") {
      onPartial(`${part.scope}: ${part.fault.message}`);
      // What else was found counts: the run as a whole is partial.
      partial ??= { ...part.fault, status: "partial" };
    }
    if (part.kind === "end") {
      const fault = part.fault ?? partial;
      const status = fault?.status ?? "success";
      return { ...nothing, kind: "discovery", fault, status, discovery: { resources, summary: part.summary } };
    }
  }
  return {
    ...nothing,
    kind: "discovery",
    fault: partial,
    status: "internal",
    discovery: { resources, summary: undefined },
  };
}
