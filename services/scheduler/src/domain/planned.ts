import {
  type Kind,
  type Matcher,
  matcherOf,
  type PluginSpec,
  parseFilter,
  partitionOf,
  type Resource,
  type ResourceRecord,
} from "@ocelli/model";

/** A plugin as the scheduler sees it. One object per plugin, shared by all its pairs, so that a pause or a plugin that becomes
 *  ready touches no pair. */
export class PlannedPlugin {
  readonly name: string;
  spec: PluginSpec;
  kind: Kind;
  matches: Matcher;
  paused = false;
  /** Whether an agent that lives reports it ready. */
  ready = false;
  /** Where it is not: until when it was, as far as is known, in epoch ms. */
  readyUntilAtMs = 0;
  /** Whether it ever was ready: before that its slots are not due. */
  everReady = false;

  constructor(spec: PluginSpec, kind: Kind) {
    this.name = spec.name;
    this.spec = spec;
    this.kind = kind;
    this.matches = matcherOfText(spec.resourceFilter);
  }

  /** Takes a newer file over. */
  change(spec: PluginSpec, kind: Kind): void {
    if (spec.resourceFilter !== this.spec.resourceFilter) this.matches = matcherOfText(spec.resourceFilter);
    this.spec = spec;
    this.kind = kind;
  }

  /** Whether its slots count at all. */
  get due(): boolean {
    return !this.paused && this.everReady;
  }

  /** Whether an agent was there for it at that instant, as far as is known. */
  wasReadyAt(atMs: number): boolean {
    return this.ready || atMs < this.readyUntilAtMs;
  }

  /** Whether it pairs with that resource; without one, whether it runs by itself. */
  pairsWith(resource: Resource | undefined): boolean {
    if (this.kind === "sink") return false;
    if (this.kind === "discovery") return resource === undefined;
    return resource !== undefined && this.matches(resource);
  }
}

/** The registry refuses filters that cannot be parsed; one that comes through all the same matches nothing. */
function matcherOfText(text: string): Matcher {
  const parsed = parseFilter(text);
  return parsed.kind === "ok" ? matcherOf(parsed.filter) : () => false;
}

/** A resource as the scheduler keeps it: shared by all its pairs. */
export interface PlannedResource {
  readonly resource: Resource;
  readonly partition: number;
  /** When its endpoint moved, in epoch ms of the broker's clock; 0 if it never did or its registers go with it. */
  readonly movedAtMs: number;
}

/** When the endpoint of a resource moved; 0 if it is where it was first seen, or where a single partition holds the registers
 *  of every endpoint, so that a move loses sight of nothing. */
export function movedAtMsOf({ endpointSinceAtMs, firstSeenAtMs }: ResourceRecord, partitions: number): number {
  return partitions > 1 && endpointSinceAtMs > firstSeenAtMs ? endpointSinceAtMs : 0;
}

/** Before then a pair may not run, as far as a move of its resource goes: until a run that started after the move, its
 *  register may miss one that another endpoint saw just before. 0 where there is nothing to wait for. */
export function openAfterMoveAtMs(
  resource: PlannedResource | undefined,
  lastStartedAtMs: number,
  frequencyMs: number,
): number {
  const movedAtMs = resource?.movedAtMs ?? 0;
  return movedAtMs > 0 && lastStartedAtMs <= movedAtMs ? movedAtMs + frequencyMs : 0;
}

/** What the scheduler keeps of a record. */
export function plannedOf(record: ResourceRecord, partitions: number): PlannedResource {
  const { resource } = record;
  return { resource, partition: partitionOf("", resource, partitions), movedAtMs: movedAtMsOf(record, partitions) };
}
