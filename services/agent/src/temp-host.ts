import type { Bus } from "@ocelli/bus";
import { type Clock, messageOf, type PluginRecord, type PluginReport, type PluginSpec } from "@ocelli/model";
import { type ChildModule, DescriptionCache, hostLimits, judge, nodeReferences, SettingsShelf, sourceOf, startChild } from "@ocelli/module-host";
import { dirname } from "node:path";
import type { WorkModule, WorkPlugin } from "./domain/run-ports.js";

export function tempHost(bus: Bus, clock: Clock, agentId: string, signal: AbortSignal) {
  const host = { clock, hostVersion: "0", limits: hostLimits, descriptions: new DescriptionCache() };
  const modules = new Map<string, Promise<{ child: ChildModule; work: WorkModule }>>();
  const ready = new Map<string, WorkPlugin>();
  const children = new Map<string, ChildModule>();
  const reports = new Map<string, PluginReport>();
  const listeners: (() => void)[] = [];
  const changed = () => { for (const l of listeners) l(); };
  const ensure = (path: string) => {
    const old = modules.get(path);
    if (old) return old;
    const p = (async () => {
      const out = await startChild({ path, host, shelf: new SettingsShelf() }, signal);
      if (out.kind === "failed") throw new Error(out.reason);
      const link = out.module.link;
      const work: WorkModule = { itemsPerCall: link.limits.itemsPerCall, poll: (i, s) => link.poll(i, {}, s), enrich: (i, s) => link.enrich(i, {}, s), discover: (r, s) => link.discover(r, {}, s) };
      return { child: out.module, work };
    })();
    modules.set(path, p);
    return p;
  };
  const look = async (record: PluginRecord) => {
    for (const spec of [record.active, record.candidate].filter((s): s is PluginSpec => !!s)) {
      const base = { agentId, plugin: spec.name, revision: "", reason: "", service: undefined, judgedRevision: spec.revision, problems: [], restarts: 0, module: "", lastError: "" };
      try {
        const { child, work } = await ensure(spec.module);
        const j = await judge(child.link, spec, nodeReferences(dirname(spec.file)), signal);
        if (j.kind === "refused") { reports.set(spec.name, { ...base, state: "refused", problems: j.problems }); changed(); continue; }
        if (spec === record.active) {
          await child.link.configure({ plugin: spec.name, revision: spec.revision }, j.settings, sourceOf(spec), signal);
          children.set(spec.name, child);
          ready.set(spec.name, { spec, kind: j.service, module: work, wantsEnrichments: child.link.description.wantsEnrichments });
        }
        reports.set(spec.name, { ...base, state: "ready", service: j.service, revision: spec === record.active ? spec.revision : "", module: child.link.title });
      } catch (e) { reports.set(spec.name, { ...base, state: "failed", reason: messageOf(e) }); }
      changed();
    }
  };
  void bus.plugins.watch({ put: (e) => void look(e.value), gone: (k) => { ready.delete(k); reports.delete(k); changed(); }, caughtUp: () => {} }, signal);
  return { ready: () => ready as ReadonlyMap<string, WorkPlugin>, children, status: () => [...reports.values()], onChange: (l: () => void) => void listeners.push(l), close: async (g: number) => { await Promise.all([...modules.values()].map((m) => m.then((x) => x.child.stop(g, "stop"), () => {}))); } };
}
