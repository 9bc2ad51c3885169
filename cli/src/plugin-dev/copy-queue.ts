import type { Resource, Result } from "@ocelli/model";
import { type CopyCase, type CopyVerdict, type LivePair, mayRun } from "./may-run.js";

/** What is known of the device of a resource. */
export interface Device {
  /** See `deviceKey`. */
  readonly key: string;
  /** The ids of all its resources that the live plugin runs against. */
  readonly resourceIds: readonly string[];
  /** What it wants between two runs, in ms. */
  readonly gapMs: number;
  /** Why no copy may run on it at all; undefined where they may. */
  readonly closed: string | undefined;
}

/** Resources with one endpoint are one device; one without is a device of its own, as is a discovery. */
export function deviceKey(resource: Resource | undefined): string {
  return resource?.endpoint ? `at ${resource.endpoint}` : `without an endpoint: ${resource?.id ?? ""}`;
}

/** One live run to be repeated by the shadow. */
export interface Copy {
  readonly live: Result;
  readonly resourceId: string;
  readonly device: Device;
}

export interface StartedCopy<C extends Copy> {
  readonly copy: C;
  /** When it started, in epoch ms of the broker's clock. */
  readonly startedAtMs: number;
  /** In ms from then. */
  readonly deadlineMs: number;
  /** With all the time it asks for, in ms from then. */
  readonly endMs: number;
}

export interface Skipped<C extends Copy> {
  readonly copy: C;
  readonly why: string;
}

/** What is to be done now. */
export interface Due<C extends Copy> {
  readonly start: readonly StartedCopy<C>[];
  readonly skip: readonly Skipped<C>[];
}

export interface QueueLimits {
  /** How long one run may take, in ms. May change. */
  readonly timeoutMs: number;
  /** How many copies may be on at a time. */
  readonly inFlight: number;
}

interface Waiting<C> {
  readonly copy: C;
  why: string | undefined;
}

/** Keeps the live runs that were seen, and says which copy may run when: one for each slot, one at a time on each device, and
 *  never while a live run is on there. Knows no clock: instants are epoch ms of the broker's. */
export class CopyQueue<C extends Copy = Copy> {
  readonly #limits: QueueLimits;
  readonly #decide: (copy: CopyCase) => CopyVerdict;
  readonly #live = new Map<string, LivePair>();
  /** By resource: the newest fence that was copied or is about to be. */
  readonly #seen = new Map<string, { readonly slotAtMs: number; readonly fence: number }>();
  readonly #waiting = new Map<string, Waiting<C>>();
  /** By device. */
  readonly #running = new Map<string, C>();
  readonly #freeSinceMs = new Map<string, number>();

  constructor(limits: QueueLimits, decide: (copy: CopyCase) => CopyVerdict = mayRun) {
    this.#limits = limits;
    this.#decide = decide;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  get running(): readonly C[] {
    return [...this.#running.values()];
  }

  /** A live run is over. False where it was told before, is older than what was, or its slot had its copy. */
  saw(live: Result): boolean {
    const resourceId = live.resource?.id ?? "";
    const before = this.#seen.get(resourceId);
    if (before && live.fence <= before.fence) return false;
    const { slotAtMs, fence, frequencyMs, startedAtMs, finishedAtMs } = live;
    this.#seen.set(resourceId, { slotAtMs, fence });
    this.#live.set(resourceId, { resourceId, frequencyMs, startedAtMs });
    const key = deviceKey(live.resource);
    this.#freeSinceMs.set(key, Math.max(finishedAtMs, this.#freeSinceMs.get(key) ?? 0));
    return slotAtMs !== before?.slotAtMs;
  }

  /** Puts a copy in line. What it replaces is skipped. */
  offer(copy: C): readonly Skipped<C>[] {
    const { resourceId } = copy;
    const newest = this.#seen.get(resourceId);
    if (newest && newest.fence > copy.live.fence) return [{ copy, why: "a newer live run came first" }];
    const before = this.#waiting.get(resourceId);
    this.#waiting.set(resourceId, { copy, why: undefined });
    return before ? [{ copy: before.copy, why: before.why ?? "a newer live run came first" }] : [];
  }

  /** What may start now, oldest first, and what never will. What starts counts as running until `ended`. */
  due(nowMs: number): Due<C> {
    const start: StartedCopy<C>[] = [];
    const skip: Skipped<C>[] = [];
    for (const [resourceId, one] of this.#waiting) {
      const { copy } = one;
      const verdict: CopyVerdict =
        copy.device.closed === undefined
          ? this.#decide(this.#caseOf(copy, nowMs))
          : { kind: "skip", why: copy.device.closed };
      if (verdict.kind === "wait") {
        one.why = verdict.why;
        continue;
      }
      this.#waiting.delete(resourceId);
      if (verdict.kind === "skip") {
        skip.push({ copy, why: one.why === undefined ? verdict.why : `it waited in vain: ${one.why}` });
        continue;
      }
      this.#running.set(copy.device.key, copy);
      const { deadlineMs, endMs } = verdict;
      start.push({ copy, startedAtMs: nowMs, deadlineMs, endMs });
    }
    return { start, skip };
  }

  ended({ device }: C, nowMs: number): void {
    this.#running.delete(device.key);
    this.#freeSinceMs.set(device.key, nowMs);
  }

  /** Somebody forces a live run: it may start at any instant. Gives the copies that are on at its device. */
  forced(resourceId: string): readonly C[] {
    const pair = this.#live.get(resourceId);
    if (pair) this.#live.set(resourceId, { ...pair, startedAtMs: undefined });
    return this.running.filter(({ device }) => device.resourceIds.includes(resourceId));
  }

  /** Nothing is known of the live runs' times any more, such as after a change of the interval. Gives the copies that are on. */
  forget(): readonly C[] {
    for (const [id, pair] of this.#live) this.#live.set(id, { ...pair, startedAtMs: undefined });
    return this.running;
  }

  #caseOf({ resourceId, device, live }: C, nowMs: number): CopyCase {
    return {
      nowMs,
      timeoutMs: this.#limits.timeoutMs,
      pair: this.#pairOf(resourceId, live.frequencyMs),
      neighbours: device.resourceIds.filter((id) => id !== resourceId).map((id) => this.#pairOf(id, live.frequencyMs)),
      gapMs: device.gapMs,
      deviceFreeSinceMs: this.#freeSinceMs.get(device.key) ?? 0,
      deviceBusy: this.#running.has(device.key),
      full: this.#running.size >= this.#limits.inFlight,
    };
  }

  #pairOf(resourceId: string, frequencyMs: number): LivePair {
    return this.#live.get(resourceId) ?? { resourceId, frequencyMs, startedAtMs: undefined };
  }
}
