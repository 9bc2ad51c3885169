/** A span in words, with two units at most: "231 ms", "3.2 s", "5 min 3 s", "6 d 23 h". */
export function span(ms: number): string {
  if (!Number.isFinite(ms)) return "?";
  if (ms < 0) return `-${span(-ms)}`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${trimmed(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  for (const [size, unit, smaller, smallerUnit] of steps) {
    if (seconds < size) continue;
    const rest = Math.floor((seconds % size) / smaller);
    return rest > 0
      ? `${Math.floor(seconds / size)} ${unit} ${rest} ${smallerUnit}`
      : `${Math.floor(seconds / size)} ${unit}`;
  }
  return `${seconds} s`;
}

const steps = [
  [86_400, "d", 3_600, "h"],
  [3_600, "h", 60, "min"],
  [60, "min", 1, "s"],
] as const;

function trimmed(seconds: number): string {
  return seconds.toFixed(1).replace(/\.0$/, "");
}

/** How long ago an instant is; "never" for 0. Both in epoch ms of one clock. */
export function ago(atMs: number, nowMs: number): string {
  return atMs === 0 ? "never" : `${span(Math.max(0, nowMs - atMs))} ago`;
}

/** How far ahead an instant is: "in 12 s", or "now" once it is reached. */
export function ahead(atMs: number, nowMs: number): string {
  if (atMs === 0) return "never";
  return atMs <= nowMs ? "now" : `in ${span(atMs - nowMs)}`;
}
