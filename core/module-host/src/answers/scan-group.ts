import { isUtf8 } from "node:buffer";
import { HashBag } from "./hash-bag.js";

/** Tags of ocelli.resource.v1.MetricGroup and what it holds. */
const groupName = 0x0a;
const groupDimension = 0x12;
const groupMetric = 0x1a;
const groupAtMs = 0x20;
const dimensionName = 0x0a;
const dimensionValue = 0x12;
const metricName = 0x0a;
const metricType = 0x10;
const metricDouble = 0x19;
const metricInt = 0x20;

const gauge = 1;
const counter = 2;
const statusName = [..."status"].map((char) => char.charCodeAt(0));

/** 1: may begin a name; 2: may go on with it. */
const nameBytes = new Uint8Array(256);
for (const char of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_") nameBytes[char.charCodeAt(0)] = 1;
for (const char of "0123456789") nameBytes[char.charCodeAt(0)] = 2;

const fnvStart = 0x811c9dc5 | 0;
const fnvPrime = 0x01000193;

/** Looks at one encoded group of metrics in place, without making anything of it, for the same things as `groupProblem`. What it
 *  finds right is right. What it does not is to be decoded and looked at again: it may be wrong, or only unusual, such as fields
 *  in another order than that of their numbers, or texts of more than 16 KiB. */
export class GroupScan {
  /** How many metrics the last group has. */
  metrics = 0;
  /** Whether the last group says when it was read. */
  hasTime = false;
  /** Whether it is called `status`. */
  isStatus = false;
  /** Of its name and dimensions, whatever their order. */
  key = 0;
  /** Where the part that was looked at last ended. */
  #at = 0;
  /** Of the part that was looked at last. */
  #hash = 0;
  readonly #names = new HashBag();
  readonly #dimensions = new HashBag();
  readonly #view = new DataView(new ArrayBuffer(8));

  /** True where the group between `from` and `to` is known to be right, and has metrics. */
  looksRight(bytes: Uint8Array, from: number, to: number): boolean {
    let at = from;
    if (bytes[at] !== groupName) return false;
    let end = this.#end(bytes, at + 1, to);
    if (end <= this.#at || !this.#text(bytes, this.#at, end)) return false;
    this.isStatus = end - this.#at === statusName.length && isAt(bytes, this.#at, statusName);
    let key = mixed(this.#hash);
    at = end;
    if (bytes[at] === groupDimension) this.#dimensions.empty();
    while (at < to && bytes[at] === groupDimension) {
      end = this.#end(bytes, at + 1, to);
      if (end < 0 || !this.#dimension(bytes, this.#at, end)) return false;
      key = (key + this.#hash) | 0;
      at = end;
    }
    this.#names.empty();
    let metrics = 0;
    while (at < to && bytes[at] === groupMetric) {
      end = this.#end(bytes, at + 1, to);
      if (end < 0 || !this.#metric(bytes, this.#at, end)) return false;
      metrics += 1;
      at = end;
    }
    this.metrics = metrics;
    this.key = key;
    this.hasTime = false;
    if (at < to && bytes[at] === groupAtMs) {
      const length = varintLength(bytes, at + 1, to);
      // At most 49 bits: later than 1970, and exact as a number.
      if (length < 0 || length > 7) return false;
      this.hasTime = length > 1 || bytes[at + 1] !== 0;
      at += 1 + length;
    }
    return at === to && metrics > 0;
  }

  #dimension(bytes: Uint8Array, from: number, to: number): boolean {
    if (bytes[from] !== dimensionName) return false;
    const nameEnd = this.#end(bytes, from + 1, to);
    if (nameEnd < 0 || !this.#name(bytes, this.#at, nameEnd) || !this.#dimensions.add(this.#hash)) return false;
    const name = this.#hash;
    let value = fnvStart;
    if (nameEnd < to) {
      if (bytes[nameEnd] !== dimensionValue) return false;
      const valueEnd = this.#end(bytes, nameEnd + 1, to);
      if (valueEnd !== to || !this.#text(bytes, this.#at, valueEnd)) return false;
      value = this.#hash;
    }
    this.#hash = mixed(Math.imul(name, fnvPrime) ^ mixed(value));
    return true;
  }

  #metric(bytes: Uint8Array, from: number, to: number): boolean {
    if (bytes[from] !== metricName) return false;
    const nameEnd = this.#end(bytes, from + 1, to);
    if (nameEnd < 0 || !this.#name(bytes, this.#at, nameEnd) || !this.#names.add(this.#hash)) return false;
    const at = nameEnd + 3;
    if (at >= to || bytes[nameEnd] !== metricType) return false;
    const type = bytes[nameEnd + 1];
    if (type !== gauge && type !== counter) return false;
    const valueTag = bytes[nameEnd + 2];
    if (valueTag === metricDouble) return at + 8 === to && this.#isDouble(bytes, at, type === counter);
    if (valueTag !== metricInt) return false;
    const length = varintLength(bytes, at, to);
    if (at + length !== to) return false;
    // Ten bytes are what a negative number takes. -1 is how a device says that it has no such counter.
    return type === gauge || length < 10 || isMinusOne(bytes, at);
  }

  /** A finite number; of a counter not a negative one, but for -1. */
  #isDouble(bytes: Uint8Array, at: number, counts: boolean): boolean {
    const high = bytes[at + 7] ?? 0;
    const exponentIsFull = (high & 0x7f) === 0x7f && (bytes[at + 6] ?? 0) >= 0xf0;
    if (exponentIsFull) return false;
    if (!counts || high < 0x80) return true;
    for (let i = 0; i < 8; i += 1) this.#view.setUint8(i, bytes[at + i] ?? 0);
    const value = this.#view.getFloat64(0, true);
    return value === -1 || value === 0;
  }

  /** The end of a span whose length stands at `from`; where it begins is left in `#at`. -1 where it does not fit. */
  #end(bytes: Uint8Array, from: number, to: number): number {
    if (from >= to) return -1;
    const first = bytes[from] ?? 0;
    let end: number;
    if (first < 0x80) {
      this.#at = from + 1;
      end = from + 1 + first;
    } else {
      const second = bytes[from + 1] ?? 0xff;
      if (second >= 0x80) return -1;
      this.#at = from + 2;
      end = from + 2 + ((first & 0x7f) | (second << 7));
    }
    return end <= to ? end : -1;
  }

  /** A letter or underscore, then letters, digits and underscores. */
  #name(bytes: Uint8Array, from: number, to: number): boolean {
    if (from === to || nameBytes[bytes[from] ?? 0] !== 1) return false;
    let hash = fnvStart;
    for (let at = from; at < to; at += 1) {
      const byte = bytes[at] ?? 0;
      if (nameBytes[byte] === 0) return false;
      hash = Math.imul(hash ^ byte, fnvPrime);
    }
    this.#hash = hash;
    return true;
  }

  #text(bytes: Uint8Array, from: number, to: number): boolean {
    let hash = fnvStart;
    let all = 0;
    for (let at = from; at < to; at += 1) {
      const byte = bytes[at] ?? 0;
      all |= byte;
      hash = Math.imul(hash ^ byte, fnvPrime);
    }
    this.#hash = hash;
    return all < 0x80 || isUtf8(bytes.subarray(from, to));
  }
}

/** How many bytes the varint has that begins here; -1 where it does not end before `to`, or is longer than 64 bits. */
function varintLength(bytes: Uint8Array, from: number, to: number): number {
  const most = Math.min(to - from, 10);
  for (let i = 0; i < most; i += 1) {
    const byte = bytes[from + i] ?? 0;
    if (byte < 0x80) return i === 9 && byte > 1 ? -1 : i + 1;
  }
  return -1;
}

function isMinusOne(bytes: Uint8Array, from: number): boolean {
  for (let i = 0; i < 9; i += 1) if (bytes[from + i] !== 0xff) return false;
  return true;
}

function isAt(bytes: Uint8Array, from: number, wanted: readonly number[]): boolean {
  for (let i = 0; i < wanted.length; i += 1) if (bytes[from + i] !== wanted[i]) return false;
  return true;
}

/** Spreads a hash, so that sums of several tell their parts apart. */
function mixed(hash: number): number {
  let spread = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  spread = Math.imul(spread ^ (spread >>> 13), 0xc2b2ae35);
  return spread ^ (spread >>> 16);
}
