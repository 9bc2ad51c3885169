import type { Fault, PollStatus } from "@ocelli/model";
import type { Colors } from "../display/colors.js";
import { toJson } from "../display/json.js";
import { pad, printable, widthOf } from "../display/printable.js";
import { span } from "../display/span.js";
import type { Comparison } from "./compare.js";
import type { Difference, Grown } from "./difference.js";

/** How one side went. */
export interface Side {
  readonly status: PollStatus;
  readonly fault: Fault | undefined;
  readonly tookMs: number;
}

export interface ShownCopy {
  readonly atMs: number;
  readonly resourceId: string;
  readonly slotAtMs: number;
  readonly live: Side & { readonly fence: number; readonly agentId: string; readonly pluginRevision: string };
  readonly shadow: Side;
  readonly comparison: Comparison;
}

export interface ShownSkip {
  readonly atMs: number;
  readonly resourceId: string;
  readonly slotAtMs: number;
  readonly why: string;
}

/** How many differences of one copy are written out for people. JSON has them all. */
const shownDifferences = 6;
const shownGrown = 2;

/** A copy beside its live run, for people: a line, and one for each difference. */
export function copyLines({ atMs, resourceId, live, shadow, comparison }: ShownCopy, colors: Colors): string[] {
  const { verdict, differences, grown } = comparison;
  const paint = { same: colors.green, values: colors.cyan, differs: colors.yellow }[verdict];
  const took = colors.dim(`live ${span(live.tookMs)}, shadow ${span(shadow.tookMs)}`);
  const rows = differences.slice(0, shownDifferences).map(cells);
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => widthOf(row[column] ?? ""))));
  const more = differences.length - rows.length;
  return [
    `${head(atMs, resourceId, colors)} ${paint(pad(verdict, 8))} ${foundText(comparison, live, shadow)}  ${took}`,
    ...faultLines(live, shadow),
    ...rows.map(([what = "", subject = "", values = ""]) =>
      `          ${pad(what, widths[0] ?? 0)}  ${pad(subject, widths[1] ?? 0)}  ${values}`.trimEnd(),
    ),
    ...(more > 0 ? [`          and ${more} more`] : []),
    ...(grown.length > 0 && differences.length > 0 ? [`          ${grownText(grown)}`] : []),
  ];
}

export function skipLine({ atMs, resourceId, why }: ShownSkip, colors: Colors): string {
  return `${head(atMs, resourceId, colors)} ${colors.dim(`${pad("skipped", 8)} ${printable(why)}`)}`;
}

/** For programs, a line each. */
export function copyJson({ atMs: _atMs, resourceId, slotAtMs, live, shadow, comparison }: ShownCopy): string {
  const { verdict, compared, same, grown, differences } = comparison;
  const side = ({ status, fault, tookMs }: Side): object => ({
    status,
    fault: fault ?? null,
    tookMs: Math.round(tookMs),
  });
  const { fence, agentId, pluginRevision } = live;
  const sides = { live: { ...side(live), fence, agentId, pluginRevision }, shadow: side(shadow) };
  const head = { entry: "comparison", resource: resourceId || null, slotAtMs, verdict };
  return toJson({ ...head, ...sides, compared, same, grown, differences });
}

export function skipJson({ resourceId, slotAtMs, why }: ShownSkip): string {
  return toJson({ entry: "skipped", resource: resourceId || null, slotAtMs, why });
}

function head(atMs: number, resourceId: string, colors: Colors): string {
  const clock = new Date(atMs).toTimeString().slice(0, 8);
  return `${colors.dim(clock)}  ${colors.bold(pad(printable(resourceId || "-"), 24))}`;
}

function foundText({ compared, differences, grown }: Comparison, live: Side, shadow: Side): string {
  if (compared === 0) {
    if (live.status === shadow.status)
      return live.status === "success" ? "both found nothing" : `both ended with ${live.status}`;
    return `live ${live.status}, shadow ${shadow.status}`;
  }
  const parts = [
    differences.length === 0 ? `${compared} alike` : `${differences.length} of ${compared} differ`,
    ...(grown.length > 0 ? [`${grown.length} ${grown.length === 1 ? "counter" : "counters"} grown`] : []),
    ...(live.status === shadow.status ? [] : [`live ${live.status}, shadow ${shadow.status}`]),
  ];
  return parts.join(", ");
}

function faultLines(live: Side, shadow: Side): string[] {
  const [a, b] = [live.fault?.message, shadow.fault?.message];
  if (a !== undefined && a === b) return [`          both: ${printable(a)}`];
  return [
    ...(a === undefined ? [] : [`          live: ${printable(a)}`]),
    ...(b === undefined ? [] : [`          shadow: ${printable(b)}`]),
  ];
}

const words = {
  only_live: "only live",
  only_shadow: "only shadow",
  gauge: "value",
  fell: "counter fell",
  type: "type",
  content: "content",
} as const satisfies Record<Difference["kind"], string>;

/** The word of a kind of difference. */
export function differenceWord(kind: Difference["kind"]): string {
  return words[kind];
}

function cells({ kind, subject, live, shadow, change }: Difference): string[] {
  const values =
    live === undefined || shadow === undefined
      ? shown(live ?? shadow)
      : `live ${shown(live)}, shadow ${shown(shadow)}${change === undefined ? "" : ` (${signed(change)})`}`;
  return [words[kind], printable(subject), values];
}

const longestValue = 60;

function shown(value: Difference["live"]): string {
  const text = printable(typeof value === "number" ? rounded(value) : String(value));
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}

/** Floating point leaves digits behind that nobody measured. JSON has them all. */
function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}

function signed(change: number | bigint): string {
  const text = typeof change === "bigint" ? String(change) : rounded(change);
  return change > 0 ? `+${text}` : text;
}

function grownText(grown: readonly Grown[]): string {
  const named = grown.slice(0, shownGrown).map(({ subject, change }) => `${printable(subject)} ${signed(change)}`);
  const more = grown.length - named.length;
  return `grown since, as counters do: ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
