import type { DeviceStanding } from "./device-budget.js";

/** Why a device takes nothing more now, for people: "4 of 4 in flight on 10.0.0.1". */
export function busyText({ endpoint, inFlight, limits, openAtMs, waiting }: DeviceStanding, nowMs: number): string {
  const line = waiting > 1 ? `, ${waiting} wait` : "";
  const { maxInFlight, minGapMs } = limits;
  if (inFlight < maxInFlight && nowMs < openAtMs) {
    return `${openAtMs - nowMs} ms until the next start on ${endpoint}${line}`;
  }
  const gap = inFlight < maxInFlight && minGapMs > 0 ? `, which needs ${minGapMs} ms between starts` : "";
  return `${inFlight} of ${maxInFlight} in flight on ${endpoint}${gap}${line}`;
}
