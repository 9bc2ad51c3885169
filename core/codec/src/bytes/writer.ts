const slabBytes = 64 * 1024;
const longestVarint = 10;
const utf8 = new TextEncoder();
const doubles = new Float64Array(1);
const doubleBytes = new Uint8Array(doubles.buffer);
const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Writes protobuf's wire format, one message after the other, into large blocks: what `finish` gives is a view into one, and
 *  stays as it is. Fields are named by their tag; zero values are left out, as proto3 does. */
export class WireWriter {
  #slab: Uint8Array = blockOf(slabBytes);
  #from = 0;
  #at = 0;

  uint32(tag: number, value: number): void {
    if (value === 0) return;
    this.#room(2 * longestVarint);
    this.#varint(tag);
    this.#varint(value);
  }

  /** A whole number of 64 bits, signed or not. Throws RangeError where a number is not exact. */
  int64(tag: number, value: number): void {
    if (value === 0) return;
    if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number: ${value}`);
    this.#room(2 * longestVarint);
    this.#varint(tag);
    if (value > 0) this.#varint(value);
    else this.#negative(BigInt(value));
  }

  /** A member of a oneof: written where it is zero, too. */
  double(tag: number, value: number): void {
    this.#room(2 * longestVarint);
    this.#varint(tag);
    doubles[0] = value;
    for (let i = 0; i < 8; i += 1) this.#slab[this.#at++] = doubleBytes[littleEndian ? i : 7 - i] as number; // it has 8
  }

  /** A member of a oneof: written where it is zero, too. Only the low 64 bits count. */
  long(tag: number, value: bigint): void {
    this.#room(2 * longestVarint);
    this.#varint(tag);
    if (value >= 0n && value <= Number.MAX_SAFE_INTEGER) this.#varint(Number(value));
    else this.#negative(value);
  }

  bool(tag: number, value: boolean): void {
    if (value) this.uint32(tag, 1);
  }

  text(tag: number, text: string): void {
    if (text === "") return;
    this.#room(2 * longestVarint + 3 * text.length);
    this.#varint(tag);
    const before = this.#at;
    this.#varint(text.length);
    const slab = this.#slab;
    let at = this.#at;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) {
        this.#at = before;
        this.#utf8(text);
        return;
      }
      slab[at++] = code;
    }
    this.#at = at;
  }

  bytes(tag: number, bytes: Uint8Array): void {
    if (bytes.length > 0) this.message(tag, bytes);
  }

  /** An encoded message; unlike `bytes` it is written where it is empty, too. */
  message(tag: number, bytes: Uint8Array): void {
    this.#room(2 * longestVarint + bytes.length);
    this.#varint(tag);
    this.#varint(bytes.length);
    this.#slab.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** A message whose fields are encoded in two pieces. */
  joined(tag: number, first: Uint8Array, second: Uint8Array): void {
    const length = first.length + second.length;
    this.#room(2 * longestVarint + length);
    this.#varint(tag);
    this.#varint(length);
    this.#slab.set(first, this.#at);
    this.#slab.set(second, this.#at + first.length);
    this.#at += length;
  }

  /** Fields that are encoded already. */
  raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#slab.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** The message; what is written from now on is the next one. */
  finish(): Uint8Array {
    const message = this.#slab.subarray(this.#from, this.#at);
    this.#from = this.#at;
    return message;
  }

  /** Forgets what was written of a message that will not be finished. */
  drop(): void {
    this.#at = this.#from;
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#slab.length) return;
    const begun = this.#slab.subarray(this.#from, this.#at);
    this.#slab = blockOf(Math.max(slabBytes, 2 * (begun.length + bytes)));
    this.#slab.set(begun);
    this.#from = 0;
    this.#at = begun.length;
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      // Beyond 31 bits the operators of integers no longer hold.
      this.#slab[this.#at++] = (rest % 0x80) | 0x80;
      rest = rest < 0x8000_0000 ? rest >>> 7 : Math.floor(rest / 0x80);
    }
    this.#slab[this.#at++] = rest;
  }

  #negative(value: bigint): void {
    let rest = BigInt.asUintN(64, value);
    for (; rest >= 0x80n; rest >>= 7n) this.#slab[this.#at++] = Number(rest & 0x7fn) | 0x80;
    this.#slab[this.#at++] = Number(rest);
  }

  #utf8(text: string): void {
    const encoded = utf8.encode(text);
    this.#varint(encoded.length);
    this.#slab.set(encoded, this.#at);
    this.#at += encoded.length;
  }
}

/** Memory that is not cleared: nothing is read of it but what was written. */
function blockOf(bytes: number): Uint8Array {
  return new Uint8Array(Buffer.allocUnsafeSlow(bytes).buffer);
}
