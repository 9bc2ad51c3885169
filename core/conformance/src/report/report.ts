import type { Outcome } from "../engine/verdict.js";
import type { Mode } from "../launch/running-module.js";

/** How one case went in every way of starting that was tried. */
export interface CaseReport {
  readonly id: string;
  readonly promise: string;
  readonly outcomes: ReadonlyMap<Mode, Outcome>;
}

/** What a check found. */
export interface Report {
  /** As it was named. */
  readonly subject: string;
  /** Undefined where it never answered. */
  readonly module:
    | { readonly name: string; readonly version: string; readonly sdk: string; readonly language: string }
    | undefined;
  /** The chance of the run: the same seed makes the same run. */
  readonly seed: number;
  readonly modes: readonly Mode[];
  readonly cases: readonly CaseReport[];
  readonly tookMs: number;
}

/** How many outcomes there are of each kind. */
export function countsOf({ cases }: Report): Record<Outcome["kind"], number> {
  const counts = { passed: 0, failed: 0, not_applicable: 0 };
  for (const { outcomes } of cases) for (const { kind } of outcomes.values()) counts[kind] += 1;
  return counts;
}

/** Whether something was tried and nothing failed. */
export function hasPassed(report: Report): boolean {
  const { passed, failed } = countsOf(report);
  return failed === 0 && passed > 0;
}

export function groupOf(id: string): string {
  return id.split("/")[0] ?? id;
}
