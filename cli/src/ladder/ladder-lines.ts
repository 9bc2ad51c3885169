import type { Colors } from "../display/colors.js";
import { pad, printable } from "../display/printable.js";
import { ago, span } from "../display/span.js";
import { kindText, originText, type ResourceView } from "../views/resource-view.js";
import type { Rung, Verdict } from "./rungs.js";

const paints = { ok: "green", no: "dim", held: "yellow", late: "red", fails: "red" } as const satisfies Record<
  Verdict,
  keyof Colors
>;
const verdictWidth = 6;

/** From "does it exist" to "how did the last run end", for people. */
export function ladderLines(view: ResourceView, rungs: readonly Rung[], nowMs: number, colors: Colors): string[] {
  const { resource } = view;
  const about = [kindText(resource), resource.endpoint && `at ${resource.endpoint}`].filter(Boolean).join(" ");
  const width = Math.max(0, ...rungs.map(({ plugin }) => printable(plugin).length));
  return [
    `${colors.bold(printable(resource.id))}${about === "" ? "" : `  ${printable(about)}`}`,
    `${pad("exists", verdictWidth)} ${originText(view, nowMs)}`,
    "",
    ...rungs.flatMap((rung) => rungLines(rung, width, nowMs, colors)),
    ...(rungs.length === 0 ? ["no plugin could run against it: there are none that poll or enrich"] : []),
  ];
}

function rungLines(rung: Rung, width: number, nowMs: number, colors: Colors): string[] {
  const { verdict, plugin, sentence, filterSummary, lastRun, pair, clauses } = rung;
  const paint = colors[paints[verdict]];
  const indent = " ".repeat(verdictWidth + 1);
  const lines = [`${paint(pad(verdict, verdictWidth))} ${colors.bold(pad(printable(plugin), width))}  ${sentence}`];
  if (filterSummary !== "") lines.push(`${indent}filter    ${printable(filterSummary)}`);
  // Which clause decided is in the summary; the list helps where a filter is made of several.
  if (!rung.matches && clauses.length > 1) {
    for (const { text, holds, value, depth } of clauses) {
      const mark = holds ? colors.green("holds") : colors.red("fails");
      lines.push(`${indent}          ${"  ".repeat(depth)}${mark}  ${printable(text)}  on ${JSON.stringify(value)}`);
    }
  }
  if (lastRun) {
    const how = `${lastRun.status}, found ${lastRun.found}, took ${span(lastRun.tookMs)} on ${printable(lastRun.agentId)}`;
    const why = lastRun.message === "" ? "" : `: ${printable(lastRun.message)}`;
    lines.push(`${indent}last run  ${ago(lastRun.startedAtMs, nowMs)}: ${how}${why}`);
  } else if (pair) {
    const how = pair.lastStatus === "" ? "" : `: ${pair.lastStatus} on ${printable(pair.agentId)}`;
    lines.push(`${indent}last run  ${ago(pair.lastStartedAtMs, nowMs)}${how}`);
  }
  if (pair?.running) lines.push(`${indent}running   on ${printable(pair.agentId)}`);
  return lines;
}
