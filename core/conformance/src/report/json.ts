import { countsOf, hasPassed, type Report } from "./report.js";

/** A report as plain values, for programs. Field names are stable. */
export function reportJson(report: Report): object {
  const { subject, module, seed, modes, cases, tookMs } = report;
  return {
    ...{ subject, module: module ?? null, seed, modes, passed: hasPassed(report), counts: countsOf(report), tookMs },
    cases: cases.map(({ id, promise, outcomes }) => ({ id, promise, outcomes: Object.fromEntries(outcomes) })),
  };
}
