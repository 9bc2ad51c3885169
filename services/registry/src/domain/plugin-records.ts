import type { AgentStatus, PluginRecord, PluginSpec, Problem } from "@ocelli/model";
import { draft } from "./event-draft.js";
import { distinct, judge, type Refusal } from "./judgement.js";
import { byPlugin, filesOf, type Scan, type Wanted } from "./plugin-files.js";
import type { EventDraft } from "./ports.js";

/** What is known when plugins are looked at. */
export interface PluginView {
  readonly scan: Scan;
  readonly records: readonly PluginRecord[];
  /** Only those whose word counts. */
  readonly agents: readonly AgentStatus[];
  /** What was refused so far, by plugin. */
  readonly refusals: ReadonlyMap<string, Refusal>;
}

export type PluginChange =
  | { readonly kind: "put"; readonly record: PluginRecord; readonly events: readonly EventDraft[] }
  | { readonly kind: "remove"; readonly name: string; readonly events: readonly EventDraft[] };

/** What to write, and what to tell once it is written. Nothing to do: no changes. */
export interface PluginPlan {
  readonly changes: readonly PluginChange[];
  readonly refusals: ReadonlyMap<string, Refusal>;
}

/** From what the directories hold and what the agents say to what the registry should keep. Pure and idempotent: once
 *  the changes are written, the same view plans nothing, so a crash in between is made good by the next look. */
export function planPlugins(view: PluginView): PluginPlan {
  const changes: PluginChange[] = [];
  const refusals = new Map<string, Refusal>();
  const records = new Map(view.records.map((record) => [record.name, record]));
  const wanted = byPlugin(view.scan.files, view.records);
  for (const [name, want] of [...wanted].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const before = records.get(name);
    const next = want.spec
      ? withGoodFile(want.spec, want, before, view.agents, view.refusals.get(name))
      : withoutGoodFile(name, want, before);
    if (next.refusal) refusals.set(name, next.refusal);
    if (!before || !sameRecord(before, next.record)) {
      changes.push({ kind: "put", record: next.record, events: next.events });
    }
  }
  for (const record of view.records) {
    if (wanted.has(record.name) || filesOf(record).some((file) => isUnder(file, view.scan.unreadable))) continue;
    const file = record.active?.file ?? record.candidate?.file ?? record.problems[0]?.file ?? "";
    const event = draft("plugin.removed", `its file ${file} is gone`, { plugin: record.name, attributes: { file } });
    changes.push({ kind: "remove", name: record.name, events: [event] });
  }
  return { changes, refusals };
}

interface Next {
  readonly record: PluginRecord;
  readonly events: readonly EventDraft[];
  readonly refusal?: Refusal | undefined;
}

function withGoodFile(
  spec: PluginSpec,
  want: Wanted,
  before: PluginRecord | undefined,
  agents: readonly AgentStatus[],
  known: Refusal | undefined,
): Next {
  const { name } = spec;
  const record = (active: PluginSpec | undefined, candidate: PluginSpec | undefined, own: readonly Problem[]) => ({
    name,
    active,
    candidate,
    problems: distinct([...own, ...want.problems]),
  });
  const tell = (next: PluginRecord, ...events: readonly EventDraft[]) => [...events, ...refusedEvents(before, next)];
  const active = before?.active;
  if (active && sameContent(active, spec)) {
    const next = record(spec, undefined, []);
    const back = before.candidate !== undefined || (before.problems.length > 0 && next.problems.length === 0);
    const event = draft("plugin.changed", `${spec.file} says again what runs`, about(spec));
    return { record: next, events: tell(next, ...(back ? [event] : [])) };
  }
  const judgement = judge(spec, agents, known);
  switch (judgement.kind) {
    case "accepted": {
      const next = record(spec, undefined, []);
      const fresh = before?.candidate?.revision === spec.revision ? [] : [arrival(spec, active)];
      const ready = draft("plugin.ready", "an agent took its settings; it is scheduled from now on", about(spec));
      return { record: next, events: tell(next, ...fresh, ready) };
    }
    case "pending": {
      const next = record(active, spec, judgement.problems);
      const fresh = before?.candidate?.revision === spec.revision ? [] : [arrival(spec, active)];
      return { record: next, events: tell(next, ...fresh), refusal: judgement.refusal };
    }
    case "refused": {
      const next = record(active, undefined, judgement.refusal.problems);
      return { record: next, events: tell(next), refusal: judgement.refusal };
    }
  }
}

function withoutGoodFile(name: string, want: Wanted, before: PluginRecord | undefined): Next {
  const record = { name, active: before?.active, candidate: undefined, problems: distinct(want.problems) };
  return { record, events: refusedEvents(before, record) };
}

function arrival(spec: PluginSpec, active: PluginSpec | undefined): EventDraft {
  return active
    ? draft("plugin.changed", `${spec.file} changed; an agent looks at it`, about(spec))
    : draft("plugin.loaded", `${spec.file} was read; an agent looks at it`, about(spec));
}

function about(spec: PluginSpec) {
  return { plugin: spec.name, attributes: { file: spec.file, revision: spec.revision } };
}

/** One event where there are problems that were not there before. */
function refusedEvents(before: PluginRecord | undefined, next: PluginRecord): EventDraft[] {
  const [first] = next.problems;
  if (!first || sameProblems(before?.problems ?? [], next.problems)) return [];
  const place = first.line > 0 ? `${first.file}:${first.line}` : first.file;
  const more = next.problems.length > 1 ? `, and ${next.problems.length - 1} more` : "";
  const goesOn = next.active ? "; what ran before goes on" : "";
  return [
    draft("plugin.refused", `${place}: ${first.message}${more}${goesOn}`, {
      plugin: next.name,
      attributes: { file: first.file, problems: String(next.problems.length) },
    }),
  ];
}

/** Whether two specs mean the same to an agent. The file's own path is not part of it, so that a rename moves nothing. */
function sameContent(a: PluginSpec, b: PluginSpec): boolean {
  return a.revision === b.revision && a.module === b.module;
}

function sameSpec(a: PluginSpec | undefined, b: PluginSpec | undefined): boolean {
  if (!a || !b) return a === b;
  return sameContent(a, b) && a.file === b.file && linesOf(a) === linesOf(b);
}

/** A comment more or less moves the lines that problems name. */
function linesOf({ settings }: PluginSpec): string {
  return settings.flatMap(({ entries }) => entries.map(({ line }) => line)).join();
}

function sameRecord(a: PluginRecord, b: PluginRecord): boolean {
  return sameSpec(a.active, b.active) && sameSpec(a.candidate, b.candidate) && sameProblems(a.problems, b.problems);
}

function sameProblems(a: readonly Problem[], b: readonly Problem[]): boolean {
  return (
    a.length === b.length &&
    a.every((one, i) => one.file === b[i]?.file && one.line === b[i].line && one.message === b[i].message)
  );
}

function isUnder(file: string, directories: readonly string[]): boolean {
  return directories.some((directory) => file.startsWith(directory.replace(/[\\/]*$/, "/")));
}
