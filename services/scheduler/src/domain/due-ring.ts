import { slotAtOrBefore } from "@ocelli/model";
import type { Column } from "./column.js";

/** What the ring keeps beside the rest of a pair. Links are ids plus one, so that 0 means none. */
export interface Seats {
  readonly phaseMs: Column;
  readonly next: Column;
  readonly previous: Column;
}

/** A pair whose slot has come: its newest slot, and how many older ones passed in the same range. */
export type DueVisitor = (id: number, slotAtMs: number, older: number) => void;

const bucketsMax = 4096;

/** The pairs of one frequency in buckets by phase. Adding and removing costs the same for any number of pairs, and asking
 *  what is due costs what is due: the range's buckets are walked, and no other. */
export class DueRing {
  readonly frequencyMs: number;
  readonly #seats: Seats;
  readonly #widthMs: number;
  readonly #heads: Int32Array;
  #size = 0;

  constructor(frequencyMs: number, seats: Seats) {
    this.frequencyMs = frequencyMs;
    this.#seats = seats;
    this.#widthMs = Math.ceil(frequencyMs / bucketsMax);
    this.#heads = new Int32Array(Math.ceil(frequencyMs / this.#widthMs));
  }

  get size(): number {
    return this.#size;
  }

  /** The pair's phase must be set already, and stay while it is in here. */
  add(id: number): void {
    const { next, previous } = this.#seats;
    const bucket = this.#bucketOf(id);
    const head = this.#heads[bucket] ?? 0;
    next.set(id, head);
    previous.set(id, 0);
    if (head > 0) previous.set(head - 1, id + 1);
    this.#heads[bucket] = id + 1;
    this.#size += 1;
  }

  remove(id: number): void {
    const { next, previous } = this.#seats;
    const after = next.get(id);
    const before = previous.get(id);
    if (before > 0) next.set(before - 1, after);
    else this.#heads[this.#bucketOf(id)] = after;
    if (after > 0) previous.set(after - 1, before);
    this.#size -= 1;
  }

  /** Visits each pair with a slot after `fromMs` and at or before `toMs`, once. The visitor may remove the pair it is told of,
   *  and no other. */
  due(fromMs: number, toMs: number, visit: DueVisitor): void {
    if (toMs <= fromMs || this.#size === 0) return;
    const { frequencyMs } = this;
    const after = modulo(fromMs, frequencyMs);
    const upTo = modulo(toMs, frequencyMs);
    if (toMs - fromMs >= frequencyMs) {
      this.#whole(fromMs, toMs, visit);
    } else if (after < upTo) {
      this.#phases(after + 1, upTo, toMs, visit);
    } else {
      this.#phases(after + 1, frequencyMs - 1, toMs, visit);
      this.#phases(0, upTo, toMs, visit);
    }
  }

  #whole(fromMs: number, toMs: number, visit: DueVisitor): void {
    const { frequencyMs } = this;
    for (let bucket = 0; bucket < this.#heads.length; bucket += 1) {
      this.#walk(bucket, (id) => {
        const phase = this.#seats.phaseMs.get(id);
        const newest = slotAtOrBefore(toMs, phase, frequencyMs);
        const passed = (newest - slotAtOrBefore(fromMs, phase, frequencyMs)) / frequencyMs;
        visit(id, newest, passed - 1);
      });
    }
  }

  /** Pairs whose phase is from `first` to `last`, both included. */
  #phases(first: number, last: number, toMs: number, visit: DueVisitor): void {
    if (first > last) return;
    const lastBucket = Math.floor(last / this.#widthMs);
    for (let bucket = Math.floor(first / this.#widthMs); bucket <= lastBucket; bucket += 1) {
      this.#walk(bucket, (id) => {
        const phase = this.#seats.phaseMs.get(id);
        if (phase >= first && phase <= last) visit(id, slotAtOrBefore(toMs, phase, this.frequencyMs), 0);
      });
    }
  }

  #walk(bucket: number, visit: (id: number) => void): void {
    let link = this.#heads[bucket] ?? 0;
    while (link > 0) {
      const id = link - 1;
      link = this.#seats.next.get(id);
      visit(id);
    }
  }

  #bucketOf(id: number): number {
    return Math.floor(this.#seats.phaseMs.get(id) / this.#widthMs);
  }
}

function modulo(value: number, divisor: number): number {
  return value - Math.floor(value / divisor) * divisor;
}
