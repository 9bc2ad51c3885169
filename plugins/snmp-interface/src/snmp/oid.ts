/** An OID as dotted numbers without a leading dot. Compared by number: `1.1` does not hold `1.10`. */
export type Oid = string;

/** Negative, zero or positive, as `a` comes before, with or after `b` in a walk. */
export function compareOids(a: Oid, b: Oid): number {
  if (a === b) return 0;
  const left = a.split(".");
  const right = b.split(".");
  const shared = Math.min(left.length, right.length);
  for (let i = 0; i < shared; i += 1) {
    const difference = Number(left[i]) - Number(right[i]);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** What follows `column` in `oid`, or undefined where `oid` is not below it. */
export function indexBelow(column: Oid, oid: Oid): string | undefined {
  return oid.length > column.length + 1 && oid.startsWith(column) && oid[column.length] === "."
    ? oid.slice(column.length + 1)
    : undefined;
}

/** How many bytes an OID takes in a message: base 128, the first two numbers in one byte. */
export function oidBytes(oid: Oid): number {
  let bytes = 1;
  for (const arc of oid.split(".").slice(2)) {
    const number = Number(arc);
    bytes += number < 2 ** 7 ? 1 : number < 2 ** 14 ? 2 : number < 2 ** 21 ? 3 : number < 2 ** 28 ? 4 : 5;
  }
  return bytes;
}
