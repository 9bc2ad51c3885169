import type { MissedSlots } from "@ocelli/model";
import { type MissReason, missReasonNamed } from "./miss-reason.js";

/** Resources that an event names. */
export const samplesMax = 5;

export interface MissedCount extends MissedSlots {
  readonly reason: MissReason;
}

/** Slots that an event is to tell of. */
export interface Untold extends MissedCount {
  /** Some of the resources. */
  readonly samples: readonly string[];
  /** Called once, with whether the event is stored for certain. What is not is told again. */
  settle(stored: boolean): void;
}

interface Counter {
  readonly plugin: string;
  readonly reason: MissReason;
  slots: number;
  /** Of `slots`, those that no stored event tells of. */
  untold: number;
  /** Of `untold`, those whose event is on its way. */
  onTheWay: number;
  samples: string[];
}

/** Counts the missed slots of one partition while this process leads it, and knows which of them no event tells of yet: they go on to
 *  whoever leads the partition next. */
export class MissedLog {
  readonly #counters = new Map<string, Counter>();
  #hasNews = false;
  #isHandedOver = false;

  count(plugin: string, reason: MissReason, resourceId: string, slots = 1): void {
    if (slots <= 0) return;
    const counter = this.#counter(plugin, reason);
    counter.slots += slots;
    counter.untold += slots;
    this.#hasNews = true;
    if (resourceId !== "") addSamples(counter, [resourceId]);
  }

  /** Takes one slot back: it was given up, and ran after all. */
  recant(plugin: string, reason: MissReason): void {
    const counter = this.#counter(plugin, reason);
    if (counter.slots > 0) counter.slots -= 1;
    if (counter.untold > counter.onTheWay) counter.untold -= 1;
    this.#hasNews = true;
  }

  /** Counts what whoever led before counted and told nobody. */
  adopt(missed: readonly MissedSlots[]): void {
    for (const { plugin, reason, slots } of missed) this.count(plugin, missReasonNamed(reason), "", slots);
  }

  /** Everything counted so far. */
  counts(): MissedCount[] {
    return listOf(this.#counters.values(), ({ slots }) => slots);
  }

  /** What is to be told by whoever leads next, if this process dies now. */
  untold(): MissedCount[] {
    return listOf(this.#counters.values(), ({ untold }) => untold);
  }

  /** Whether there is something new about that since the last call. */
  takeNews(): boolean {
    const hadNews = this.#hasNews;
    this.#hasNews = false;
    return hadNews;
  }

  /** What is new since the last call, for events. */
  takeUntold(): Untold[] {
    return [...this.#counters.values()].flatMap((counter) => {
      const slots = counter.untold - counter.onTheWay;
      if (slots <= 0) return [];
      const { plugin, reason, samples } = counter;
      counter.onTheWay += slots;
      counter.samples = [];
      return [{ plugin, reason, slots, samples, settle: (stored) => this.#settle(counter, slots, samples, stored) }];
    });
  }

  /** Somebody else leads, and counts and tells what was not told: here it counts no more. */
  handOver(): void {
    this.#isHandedOver = true;
    for (const counter of this.#counters.values()) {
      counter.slots -= counter.untold;
      counter.untold = 0;
    }
  }

  #settle(counter: Counter, slots: number, samples: readonly string[], stored: boolean): void {
    if (this.#isHandedOver) return;
    counter.onTheWay -= slots;
    if (stored) counter.untold -= slots;
    else addSamples(counter, samples);
    this.#hasNews ||= stored;
  }

  #counter(plugin: string, reason: MissReason): Counter {
    const key = keyOf({ plugin, reason });
    let counter = this.#counters.get(key);
    if (!counter) {
      counter = { plugin, reason, slots: 0, untold: 0, onTheWay: 0, samples: [] };
      this.#counters.set(key, counter);
    }
    return counter;
  }
}

/** The same for what is counted together. */
export function keyOf({ plugin, reason }: Pick<MissedCount, "plugin" | "reason">): string {
  return `${reason} ${plugin}`;
}

/** The sums of several counts by plugin and reason. */
export function summed(all: Iterable<MissedCount>): MissedCount[] {
  const sums = new Map<string, { plugin: string; reason: MissReason; slots: number }>();
  for (const { plugin, reason, slots } of all) {
    const key = keyOf({ plugin, reason });
    const sum = sums.get(key);
    if (sum) sum.slots += slots;
    else sums.set(key, { plugin, reason, slots });
  }
  return [...sums.values()];
}

function listOf(counters: Iterable<Counter>, slotsOf: (counter: Counter) => number): MissedCount[] {
  return [...counters].flatMap((counter) => {
    const slots = slotsOf(counter);
    return slots > 0 ? [{ plugin: counter.plugin, reason: counter.reason, slots }] : [];
  });
}

function addSamples(counter: Counter, resources: readonly string[]): void {
  for (const resource of resources) {
    if (counter.samples.length < samplesMax && !counter.samples.includes(resource)) counter.samples.push(resource);
  }
}
