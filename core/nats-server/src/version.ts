/** The oldest server the mesh runs on: everything it relies on was tried there. */
export const floorVersion = "2.9.10";

/** The first `x.y.z` (with its pre-release mark, if any) in a text such as `nats-server: v2.15.2`. */
export function versionIn(text: string): string | undefined {
  return /(?<![\d.])v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.]+)?)(?!\.?\d)/.exec(text)?.[1];
}

/** Negative when `a` is older than `b`. A pre-release is older than the release it leads to. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parts(a), parts(b)];
  for (let i = 0; i < 3; i++) {
    const difference = (left.numbers[i] ?? 0) - (right.numbers[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return Number(left.released) - Number(right.released);
}

export function atLeast(version: string, floor: string): boolean {
  return compareVersions(version, floor) >= 0;
}

function parts(version: string): { numbers: number[]; released: boolean } {
  const dash = version.indexOf("-");
  const numbers = (dash < 0 ? version : version.slice(0, dash)).split(".").map(Number);
  return { numbers, released: dash < 0 };
}
