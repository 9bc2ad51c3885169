import type {
  DiscoverySummary,
  EnrichmentSet,
  Fault,
  PackedGroups,
  PackedResult,
  PollStatus,
  Resource,
  Result,
  RunFacts,
} from "@ocelli/model";
import type { ActiveRun } from "./active-run.js";

/** What a run came to. */
export interface Outcome {
  readonly fault: Fault | undefined;
  /** Of a poll, as they came. */
  readonly groups: readonly PackedGroups[];
  readonly sets: readonly EnrichmentSet[];
  readonly resources: readonly Resource[];
  /** Undefined: the discovery did not end properly, and removes nothing. */
  readonly summary: DiscoverySummary | undefined;
  /** What the next run is to be given; undefined keeps what there was. */
  readonly state: Uint8Array | undefined;
}

export const nothingFound: Outcome = {
  fault: undefined,
  groups: [],
  sets: [],
  resources: [],
  summary: undefined,
  state: undefined,
};

export function failed(fault: Fault): Outcome {
  return { ...nothingFound, fault };
}

/** A fault of Ocelli's or the module's own, as opposed to the device's. */
export function internalFault(message: string, origin: "plugin" | "host" = "plugin"): Fault {
  return { message, origin, retry: "next_slot", scope: "item", status: "internal" };
}

export function timeoutFault(timeoutMs: number): Fault {
  const message = `no answer within ${timeoutMs / 1000} s`;
  return { message, origin: "target", retry: "next_slot", scope: "item", status: "timeout" };
}

/** The status of a run: what its fault says, with data beside it or not. */
export function statusOf(outcome: Outcome): PollStatus {
  return outcome.fault?.status ?? "success";
}

/** A part aims to stay below this, in bytes; NATS takes 1 MiB by default. */
const partBytes = 512 * 1024;

export interface ResultFrom {
  readonly agentId: string;
  readonly finishedAtMs: number;
  /** The number of the first part. */
  readonly firstPart: number;
}

const noBytes = new Uint8Array();

function factsOf(run: ActiveRun, outcome: Outcome, from: ResultFrom): RunFacts {
  const { task } = run;
  return {
    plugin: task.plugin,
    fence: run.fence,
    agentId: from.agentId,
    slotAtMs: task.slotAtMs,
    startedAtMs: run.startedAtMs,
    finishedAtMs: from.finishedAtMs,
    frequencyMs: task.frequencyMs,
    pluginRevision: run.plugin.spec.revision,
    status: statusOf(outcome),
    fault: outcome.fault,
    onDemand: task.onDemand,
  };
}

/** The result of one poll. */
export function pollResult(run: ActiveRun, outcome: Outcome, from: ResultFrom): PackedResult {
  const resourceBytes = run.task.resourceBytes ?? noBytes;
  return { ...factsOf(run, outcome, from), resourceBytes, firstPart: from.firstPart, groups: outcome.groups };
}

/** The results of one enrichment or discovery, in parts that the broker takes. */
export function composeResults(run: ActiveRun, outcome: Outcome, from: ResultFrom): Result[] {
  const { kind, resource } = run.task;
  const base = { ...factsOf(run, outcome, from), kind, resource };
  const empty = { groups: [], sets: [], discovery: undefined };
  const parts: Pick<Result, "groups" | "sets" | "discovery">[] = [];
  if (kind === "enrichment") {
    for (const some of chunks(outcome.sets, ({ dataJson }) => dataJson.length + 200))
      parts.push({ ...empty, sets: some });
  } else {
    const some = chunks(outcome.resources, resourceBytes);
    for (const [i, resources] of some.entries()) {
      const summary = i === some.length - 1 ? outcome.summary : undefined;
      parts.push({ ...empty, discovery: { resources, summary } });
    }
  }
  return parts.map((part, i) => ({ ...base, ...part, part: from.firstPart + i, last: i === parts.length - 1 }));
}

function resourceBytes(resource: Resource): number {
  return 3 * JSON.stringify(resource).length;
}

/** Splits into runs of at most `partBytes`; always at least one, so that an empty result is a result too. */
function chunks<T>(all: readonly T[], bytesOf: (one: T) => number): T[][] {
  const parts: T[][] = [[]];
  let bytes = 0;
  for (const one of all) {
    const size = bytesOf(one);
    if (bytes > 0 && bytes + size > partBytes) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(one);
    bytes += size;
  }
  return parts;
}
