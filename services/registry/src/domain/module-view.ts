import type { AgentStatus, ModuleRecord, PluginRecord, PluginReport } from "@ocelli/model";
import { specOf } from "./plugin-view.js";

/** A module that somebody runs, as users see it. */
export interface ModuleView {
  readonly name: string;
  /** Empty where it registered itself. */
  readonly agentId: string;
  readonly registration: ModuleRecord | undefined;
  /** The plugins that use it, ordered. */
  readonly plugins: readonly string[];
  readonly state: "ready" | "starting" | "failed" | "suspect";
}

const servicePrefix = "service:";

/** The modules that agents started, one for each agent, and those that registered, one for each instance; by name. */
export function moduleViews(
  records: readonly PluginRecord[],
  agents: readonly AgentStatus[],
  registrations: readonly ModuleRecord[],
): ModuleView[] {
  const moduleOf = new Map(records.map((record) => [record.name, specOf(record)?.module ?? ""]));
  const started = agents.flatMap((agent) => startedBy(agent, moduleOf));
  const registered = registrations.map((registration): ModuleView => {
    const used = [...moduleOf].filter(([, module]) => module === `${servicePrefix}${registration.name}`);
    return {
      name: `${registration.name} ${registration.version}`.trim(),
      agentId: "",
      registration,
      plugins: used.map(([plugin]) => plugin).sort(),
      state: registration.suspect ? "suspect" : "ready",
    };
  });
  return [...started, ...registered].sort((a, b) => (moduleKey(a) < moduleKey(b) ? -1 : 1));
}

/** Names a module in a list of them. */
export function moduleKey({ name, agentId, registration }: ModuleView): string {
  return [name, agentId, registration?.instanceId ?? ""].join("\u0000");
}

function startedBy(agent: AgentStatus, moduleOf: ReadonlyMap<string, string>): ModuleView[] {
  const byName = new Map<string, PluginReport[]>();
  for (const report of agent.reports) {
    const path = moduleOf.get(report.plugin) ?? "";
    if (report.state === "absent" || path.startsWith(servicePrefix)) continue;
    // A module that never answered has told no name: it goes by its path.
    const name = report.module || path || report.plugin;
    byName.set(name, [...(byName.get(name) ?? []), report]);
  }
  return [...byName].map(([name, reports]) => ({
    name,
    agentId: agent.agentId,
    registration: undefined,
    plugins: reports.map((report) => report.plugin).sort(),
    state: stateOf(reports),
  }));
}

/** A module that refuses the settings of a plugin runs well itself. */
function stateOf(reports: readonly PluginReport[]): ModuleView["state"] {
  if (reports.some(({ state }) => state === "ready" || state === "refused")) return "ready";
  return reports.some(({ state }) => state === "starting") ? "starting" : "failed";
}
