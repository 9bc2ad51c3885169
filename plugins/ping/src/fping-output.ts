import type { Probes } from "./statistics.js";

export type FpingOutcome =
  | { readonly kind: "probes"; readonly probes: Probes }
  /** The name means no address. */
  | { readonly kind: "unknown_host"; readonly reason: string }
  /** fping itself did not work: not allowed to, or not understood. */
  | { readonly kind: "unusable"; readonly reason: string };

/** Reads what `fping -C COUNT -q HOST` wrote: a line `HOST : 0.25 - 0.31`, a dash for each lost probe, among warnings
 *  about duplicates and ICMP errors. The exit code is 1 where probes were lost, 2 for a name without an address. */
export function readFping(output: string, exitCode: number | null): FpingOutcome {
  const lines = output.split("\n").map((line) => line.trim());
  for (const line of lines) {
    const times = line.match(/^\S+\s+:((?:\s+(?:-|\d+(?:\.\d+)?))+)$/)?.[1];
    if (times === undefined) continue;
    const probes = times.trim().split(/\s+/);
    return { kind: "probes", probes: probes.map((time) => (time === "-" ? undefined : Number(time))) };
  }
  const reason = lines.filter((line) => line !== "").at(-1) ?? `fping ended with ${exitCode} and said nothing`;
  return { kind: exitCode === 2 ? "unknown_host" : "unusable", reason };
}
