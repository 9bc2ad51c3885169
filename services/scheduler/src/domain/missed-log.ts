import type { MeshEvent } from "@ocelli/model";
import type { MissReason } from "./miss-reason.js";

const samplesMax = 5;

export interface MissedCount {
  readonly plugin: string;
  readonly reason: MissReason;
  readonly slots: number;
}

interface Counter {
  readonly plugin: string;
  readonly reason: MissReason;
  slots: number;
  /** Of `slots`, those that no event has told of. */
  untold: number;
  samples: string[];
}

/** Counts missed slots, and tells of them in few words: one event per plugin and reason, however many slots it covers. */
export class MissedLog {
  readonly #counters = new Map<string, Counter>();

  count(plugin: string, reason: MissReason, resourceId: string, slots = 1): void {
    if (slots <= 0) return;
    const counter = this.#counter(plugin, reason);
    counter.slots += slots;
    counter.untold += slots;
    if (counter.samples.length < samplesMax && !counter.samples.includes(resourceId)) counter.samples.push(resourceId);
  }

  /** Takes one slot back: it was given up, and ran after all. */
  recant(plugin: string, reason: MissReason): void {
    const counter = this.#counter(plugin, reason);
    if (counter.slots > 0) counter.slots -= 1;
    if (counter.untold > 0) counter.untold -= 1;
  }

  /** Everything counted so far. */
  counts(): MissedCount[] {
    return [...this.#counters.values()]
      .filter(({ slots }) => slots > 0)
      .map(({ plugin, reason, slots }) => ({ plugin, reason, slots }));
  }

  /** One event for each plugin and reason with something new since the last call. */
  takeEvents(): Omit<MeshEvent, "atMs" | "from">[] {
    const events: Omit<MeshEvent, "atMs" | "from">[] = [];
    for (const counter of this.#counters.values()) {
      const { plugin, reason, untold, samples } = counter;
      if (untold > 0) {
        events.push({
          type: "slot.missed",
          plugin,
          resourceId: untold === 1 ? (samples[0] ?? "") : "",
          message: `${untold} ${untold === 1 ? "slot" : "slots"} of ${plugin} missed: ${reason}`,
          attributes: { reason, count: String(untold), resources: JSON.stringify(samples) },
        });
      }
      counter.untold = 0;
      counter.samples = [];
    }
    return events;
  }

  #counter(plugin: string, reason: MissReason): Counter {
    const key = `${reason} ${plugin}`;
    let counter = this.#counters.get(key);
    if (!counter) {
      counter = { plugin, reason, slots: 0, untold: 0, samples: [] };
      this.#counters.set(key, counter);
    }
    return counter;
  }
}
