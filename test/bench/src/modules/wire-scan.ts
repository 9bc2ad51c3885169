/** Reads the little that a raw module needs of a message, without decoding the rest. */

/** Calls `field` for each field of a message that has a length, and `number` for each that is a varint. */
export function scanMessage(
  bytes: Uint8Array,
  visit: { field(no: number, start: number, end: number): void; number?(no: number, value: number): void },
): void {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at] ?? 0;
      at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const no = tag >>> 3;
    switch (tag & 7) {
      case 0:
        visit.number?.(no, varint());
        break;
      case 1:
        at += 8;
        break;
      case 2: {
        const length = varint();
        visit.field(no, at, at + length);
        at += length;
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        throw new RangeError(`wire type ${tag & 7} at byte ${at}`);
    }
  }
}

/** The number that a message begins with as its field 1; 0 where it does not. */
export function leadingNumber(bytes: Uint8Array, start: number): number {
  if (bytes[start] !== 0x08) return 0;
  let value = 0;
  for (let at = start + 1, scale = 1; ; at += 1, scale *= 128) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
  }
}

export function varintBytes(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return bytes;
}
