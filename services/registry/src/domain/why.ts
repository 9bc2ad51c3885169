import { type ClauseVerdict, explain, type FilterSubject, parseFilter, pointAt } from "@ocelli/model";
import { type PluginView, serviceOf, specOf } from "./plugin-view.js";

/** How one filter fares on one resource. */
export interface Why {
  /** Empty for a bare filter. */
  readonly plugin: string;
  readonly filter: string;
  readonly matches: boolean;
  readonly clauses: readonly ClauseVerdict[];
  /** One sentence. */
  readonly summary: string;
}

export function whyFilter(filter: string, subject: FilterSubject, plugin = ""): Why {
  const parsed = parseFilter(filter);
  if (parsed.kind === "ok") return { plugin, filter, ...explain(parsed.filter, subject) };
  const summary = `no: the filter cannot be read: ${filterProblems(filter)}`;
  return { plugin, filter, matches: false, clauses: [], summary };
}

/** Why a plugin does or does not run against a resource: its filter first, then where the plugin itself stands. */
export function whyPlugin(view: PluginView, subject: FilterSubject): Why {
  const { name } = view.record;
  const spec = specOf(view.record);
  const none = { plugin: name, filter: spec?.resourceFilter ?? "", matches: false, clauses: [] };
  if (!spec) return { ...none, summary: `no: ${view.record.problems[0]?.message ?? "its file is refused"}` };
  if (serviceOf(view) === "discovery") return { ...none, summary: "no: a discovery plugin runs against no resource" };
  const why = whyFilter(spec.resourceFilter, subject, name);
  return view.state === "ready" ? why : { ...why, summary: `${why.summary}; the plugin itself is ${view.state}` };
}

/** What is wrong with a filter, one problem a line, each with the place; empty where nothing is. */
export function filterProblems(filter: string): string {
  const parsed = parseFilter(filter);
  if (parsed.kind === "ok") return "";
  return parsed.problems.map((problem) => `${problem.message}\n${pointAt(filter, problem)}`).join("\n");
}
