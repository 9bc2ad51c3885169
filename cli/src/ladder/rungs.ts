import type { Explanation } from "@ocelli/proto/registry";
import { span } from "../display/span.js";
import { nextText, type PairView, reasonText } from "../views/pair-view.js";
import type { PluginView } from "../views/plugin-view.js";
import type { RunView } from "../views/run-view.js";

/** Everything that is known of one plugin and one resource. */
export interface RungFacts {
  readonly plugin: PluginView;
  readonly explanation: Explanation | undefined;
  readonly pair: PairView | undefined;
  readonly lastRun: RunView | undefined;
}

export type Verdict =
  /** It runs when it should, and last time it succeeded. */
  | "ok"
  /** It is not meant to run: its filter does not match. */
  | "no"
  /** It is meant to run, and does not. */
  | "held"
  | "late"
  /** It runs, and fails. */
  | "fails";

/** How one plugin stands to the resource, and the answer to why. */
export interface Rung {
  readonly plugin: string;
  readonly verdict: Verdict;
  readonly sentence: string;
  readonly matches: boolean;
  readonly filterSummary: string;
  readonly clauses: readonly {
    readonly text: string;
    readonly holds: boolean;
    readonly value: string;
    readonly depth: number;
  }[];
  readonly pluginState: string;
  readonly pair: PairView | null;
  readonly lastRun: RunView | null;
}

/** Younger delays are just on their way. */
const lateWorthSayingMs = 5_000;

/** Climbs from the filter to the last run and stops at the first thing that is not right. `nowMs` by the broker's clock. */
export function rungOf({ plugin, explanation, pair, lastRun }: RungFacts, nowMs: number): Rung {
  const matches = explanation?.matches ?? false;
  const { verdict, sentence } = verdictOf({ plugin, explanation, pair, lastRun }, matches, nowMs);
  return {
    plugin: plugin.name,
    verdict,
    sentence,
    matches,
    filterSummary: explanation?.summary ?? "",
    clauses: (explanation?.clauses ?? []).map(({ text, holds, value, depth }) => ({ text, holds, value, depth })),
    pluginState: plugin.state,
    pair: pair ?? null,
    lastRun: lastRun ?? null,
  };
}

function verdictOf(facts: RungFacts, matches: boolean, nowMs: number): { verdict: Verdict; sentence: string } {
  const { plugin, pair, lastRun } = facts;
  const does = doing[plugin.kind] ?? "runs against";
  if (plugin.kind === "discovery") return { verdict: "no", sentence: "finds resources, and runs against none" };
  if (plugin.kind === "sink") return { verdict: "no", sentence: "delivers results, and runs against no resource" };
  if (plugin.state === "refused") return { verdict: "held", sentence: "cannot run: its file is refused" };
  if (!matches) return { verdict: "no", sentence: "is not meant for it: its filter does not match" };
  if (plugin.state !== "ready")
    return { verdict: "held", sentence: `is meant for it, but the plugin is ${plugin.state}` };
  if (!pair) return { verdict: "held", sentence: "is meant for it, but no scheduler knows of the pair (yet)" };
  const next = `next ${nextText(pair, nowMs)}`
    .replace("next runs now", "runs now")
    .replace("next sent", "waits for an agent");
  const often = `${does} it every ${span(pair.frequencyMs)}`;
  if (pair.reason === "paused" || pair.reason === "never_ready") {
    return { verdict: "held", sentence: `is meant for it, but ${reasonText(pair.reason)}` };
  }
  if (pair.lateMs >= lateWorthSayingMs) {
    return {
      verdict: "late",
      sentence: `is late by ${span(pair.lateMs)}${pair.reason === "" ? "" : `: ${reasonText(pair.reason)}`}`,
    };
  }
  const status = pair.lastStatus || lastRun?.status || "";
  if (status !== "" && status !== "success") {
    return { verdict: "fails", sentence: `${often}, but the last run ended with ${status}; ${next}` };
  }
  return { verdict: "ok", sentence: `${often}; ${next}` };
}

const doing: Readonly<Record<string, string>> = { polling: "polls", enrichment: "enriches" };

/** Those that are meant to run first; else as they come. */
export function meantFirst(rungs: readonly Rung[]): Rung[] {
  return [...rungs.filter(({ verdict }) => verdict !== "no"), ...rungs.filter(({ verdict }) => verdict === "no")];
}

/** Whether everything that is meant to run against the resource does, and something is. */
export function isWell(rungs: readonly Rung[], onlyPlugin: boolean): boolean {
  const meant = onlyPlugin ? rungs : rungs.filter(({ verdict }) => verdict !== "no");
  return meant.length > 0 && meant.every(({ verdict }) => verdict === "ok");
}
