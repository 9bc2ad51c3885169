import type { Outcome } from "../engine/verdict.js";
import type { Mode } from "../launch/running-module.js";
import { type CaseReport, countsOf, groupOf, type Report } from "./report.js";

const modeWords: Readonly<Record<Mode, string>> = {
  child: "as a child",
  "stand-alone": "stand-alone",
  endpoint: "at its endpoint",
};

const marks: Readonly<Record<Outcome["kind"], string>> = { passed: "ok", failed: "FAILED", not_applicable: "-" };
const columnWidth = 12;

/** A report for people: one line a case with all ways of starting side by side, then what failed and what to do, then what was
 *  not tried and why. May hold text of the module. */
export function reportText(report: Report): string {
  const { subject, module, seed, modes, cases, tookMs } = report;
  const who = module ? `${module.name} ${module.version}${bracketed([module.language, module.sdk])}` : subject;
  const head = [`${who}: ${modes.map((mode) => modeWords[mode]).join(" and ")}, seed ${seed}`, ""];
  const failures = cases.flatMap((one) => modes.flatMap((mode) => failureLines(one, mode)));
  const left = leftOut(report);
  const { passed, failed, not_applicable } = countsOf(report);
  const sums = [`${passed} passed`, `${failed} failed`, `${not_applicable} not applicable`].join(", ");
  return [...head, ...tableLines(report), ...failures, ...left, `${sums}, in ${(tookMs / 1000).toFixed(1)} s`, ""].join(
    "\n",
  );
}

function bracketed(words: readonly string[]): string {
  const said = words.filter((word) => word !== "");
  return said.length === 0 ? "" : ` (${said.join(", ")})`;
}

function tableLines({ cases, modes }: Report): string[] {
  const lines: string[] = [];
  const width = Math.max(...cases.map(({ id }) => id.length), 10) + 4;
  let group = "";
  for (const { id, promise, outcomes } of cases) {
    if (groupOf(id) !== group) {
      group = groupOf(id);
      const names = modes.map((mode) => mode.padEnd(columnWidth)).join("");
      lines.push(...(lines.length === 0 ? [] : [""]), `${group.padEnd(width)}${names}`.trimEnd());
    }
    const cells = modes.map((mode) => cellOf(outcomes.get(mode)).padEnd(columnWidth)).join("");
    lines.push(`  ${id.padEnd(width - 2)}${cells}${promise}`);
  }
  return [...lines, ""];
}

function cellOf(outcome: Outcome | undefined): string {
  return outcome === undefined ? "" : marks[outcome.kind];
}

function failureLines({ id, outcomes }: CaseReport, mode: Mode): string[] {
  const outcome = outcomes.get(mode);
  if (outcome?.kind !== "failed") return [];
  const indented = (text: string): string => text.split("\n").join(`\n${" ".repeat(13)}`);
  return [
    `FAILED ${id} (${modeWords[mode]})`,
    `  expected   ${indented(outcome.expected)}`,
    `  seen       ${indented(outcome.seen)}`,
    `  to do      ${indented(outcome.advice)}`,
    "",
  ];
}

/** Cases that were not tried, gathered by their reason. */
function leftOut({ cases, modes }: Report): string[] {
  const byReason = new Map<string, Map<string, Mode[]>>();
  for (const { id, outcomes } of cases) {
    for (const mode of modes) {
      const outcome = outcomes.get(mode);
      if (outcome?.kind !== "not_applicable") continue;
      const ids = byReason.get(outcome.reason) ?? new Map<string, Mode[]>();
      byReason.set(outcome.reason, ids.set(id, [...(ids.get(id) ?? []), mode]));
    }
  }
  if (byReason.size === 0) return [];
  const lines = [...byReason].flatMap(([reason, ids]) => {
    const named = [...ids].map(([id, in_]) => (in_.length === modes.length ? id : `${id} (${in_.join(", ")})`));
    return [`  ${reason}`, `    ${named.join(", ")}`];
  });
  return ["not applicable", ...lines, ""];
}
