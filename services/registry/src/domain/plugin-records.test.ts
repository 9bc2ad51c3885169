import type { AgentStatus, PluginRecord, PluginSpec, Problem } from "@ocelli/model";
import { describe, expect, test } from "vitest";
import { anAgent, aSpec } from "../testing/builders.js";
import type { Refusal } from "./judgement.js";
import type { PluginFile, Scan } from "./plugin-files.js";
import { planPlugins } from "./plugin-records.js";

const file = "/etc/ocelli/ping.ocelli-plugin";
const r1 = aSpec({ revision: "r1" });
const r2 = aSpec({ revision: "r2" });
const r3 = aSpec({ revision: "r3" });
const good = (spec: PluginSpec): PluginFile => ({ kind: "good", spec });
const bad = (name: string | undefined, at = file, ...problems: string[]): PluginFile => ({
  kind: "bad",
  file: at,
  ...(name === undefined ? {} : { name }),
  problems: (problems.length > 0 ? problems : ["no frequency"]).map((message, i) => ({
    file: at,
    line: i + 3,
    message,
  })),
});
const record = (over: Partial<PluginRecord>): PluginRecord => ({
  name: "ping",
  active: undefined,
  candidate: undefined,
  problems: [],
  ...over,
});
const problem: Problem = { file, line: 9, message: 'unknown key "comunity", did you mean "community"?' };
const noFrequency: Problem = { file, line: 3, message: "no frequency" };

function look(
  files: readonly PluginFile[],
  records: readonly PluginRecord[],
  agents: readonly AgentStatus[] = [],
  refusals: ReadonlyMap<string, Refusal> = new Map(),
  unreadable: readonly string[] = [],
) {
  const scan: Scan = { files, unreadable };
  const plan = planPlugins({ scan, records, agents, refusals });
  const events = plan.changes.flatMap((change) => change.events.map((event) => event.type));
  const puts = plan.changes.flatMap((change) => (change.kind === "put" ? [change.record] : []));
  const removed = plan.changes.flatMap((change) => (change.kind === "remove" ? [change.name] : []));
  return { plan, puts, removed, events };
}

describe("one file", () => {
  test.for([
    {
      why: "a good new file waits for an agent as a candidate",
      files: [good(r1)],
      before: [],
      agents: [],
      want: [record({ candidate: r1 })],
      events: ["plugin.loaded"],
    },
    {
      why: "a changed file waits beside what runs",
      files: [good(r2)],
      before: [record({ active: r1 })],
      agents: [anAgent("a1", { judgedRevision: "r1", revision: "r1" })],
      want: [record({ active: r1, candidate: r2 })],
      events: ["plugin.changed"],
    },
    {
      why: "the first agent that takes the candidate makes it active",
      files: [good(r2)],
      before: [record({ active: r1, candidate: r2 })],
      agents: [anAgent("a1", { judgedRevision: "r2", state: "starting" }), anAgent("a2", { judgedRevision: "r1" })],
      want: [record({ active: r2 })],
      events: ["plugin.ready"],
    },
    {
      why: "one acceptance counts more than another agent's refusal",
      files: [good(r2)],
      before: [record({ candidate: r2 })],
      agents: [anAgent("a1", { judgedRevision: "r2", problems: [problem] }), anAgent("a2", { judgedRevision: "r2" })],
      want: [record({ active: r2 })],
      events: ["plugin.ready"],
    },
    {
      why: "a judgement of another revision accepts nothing",
      files: [good(r2)],
      before: [record({ candidate: r2 })],
      agents: [anAgent("a1", { judgedRevision: "r1" })],
      want: [],
      events: [],
    },
    {
      why: "an agent whose module does not start accepts nothing",
      files: [good(r2)],
      before: [record({ candidate: r2 })],
      agents: [anAgent("a1", { judgedRevision: "r2", state: "failed", reason: "exit code 1" })],
      want: [],
      events: [],
    },
    {
      why: "refused by all: the problems are shown and what ran goes on",
      files: [good(r2)],
      before: [record({ active: r1, candidate: r2 })],
      agents: [anAgent("a1", { judgedRevision: "r2", revision: "r1", problems: [problem] })],
      want: [record({ active: r1, problems: [problem] })],
      events: ["plugin.refused"],
    },
    {
      why: "refused by one while another has not looked yet: the problems are shown, the candidate stays",
      files: [good(r2)],
      before: [record({ active: r1, candidate: r2 })],
      agents: [anAgent("a1", { judgedRevision: "r2", problems: [problem] }), anAgent("a2", { judgedRevision: "r1" })],
      want: [record({ active: r1, candidate: r2, problems: [problem] })],
      events: ["plugin.refused"],
    },
    {
      why: "an agent that cannot host the module is not waited for",
      files: [good(r2)],
      before: [record({ candidate: r2 })],
      agents: [anAgent("a1", { judgedRevision: "r2", problems: [problem] }), anAgent("a2", { state: "absent" })],
      want: [record({ problems: [problem] })],
      events: ["plugin.refused"],
    },
    {
      why: "where no agent can host the module it stays a candidate",
      files: [good(r2)],
      before: [record({ candidate: r2 })],
      agents: [anAgent("a1", { state: "absent", judgedRevision: "r2" })],
      want: [],
      events: [],
    },
    {
      why: "a file with problems is refused whole, and what ran goes on",
      files: [bad("ping", file, "no frequency", "no author")],
      before: [record({ active: r1 })],
      agents: [],
      want: [record({ active: r1, problems: [noFrequency, { file, line: 4, message: "no author" }] })],
      events: ["plugin.refused"],
    },
    {
      why: "a broken file that says another name stays with the plugin it was",
      files: [bad("pingg")],
      before: [record({ active: r1 })],
      agents: [],
      want: [record({ active: r1, problems: [noFrequency] })],
      events: ["plugin.refused"],
    },
    {
      why: "a broken file drops the candidate it was",
      files: [bad("ping")],
      before: [record({ active: r1, candidate: r2 })],
      agents: [],
      want: [record({ active: r1, problems: [noFrequency] })],
      events: ["plugin.refused"],
    },
    {
      why: "a file without a readable name is called after itself",
      files: [bad(undefined)],
      before: [],
      agents: [],
      want: [record({ problems: [noFrequency] })],
      events: ["plugin.refused"],
    },
    {
      why: "the same problems are told once",
      files: [bad("ping")],
      before: [record({ active: r1, problems: [noFrequency] })],
      agents: [],
      want: [],
      events: [],
    },
    {
      why: "content changed back to what runs clears problems and candidate",
      files: [good(r1)],
      before: [record({ active: r1, candidate: r2, problems: [problem] })],
      agents: [],
      want: [record({ active: r1 })],
      events: ["plugin.changed"],
    },
    {
      why: "a repaired file is a candidate again, and the old problems go",
      files: [good(r3)],
      before: [record({ active: r1, problems: [problem] })],
      agents: [anAgent("a1", { judgedRevision: "r2", problems: [problem] })],
      want: [record({ active: r1, candidate: r3 })],
      events: ["plugin.changed"],
    },
    {
      why: "nothing changed: nothing is written",
      files: [good(r1)],
      before: [record({ active: r1 })],
      agents: [anAgent("a1", { judgedRevision: "r1" })],
      want: [],
      events: [],
    },
  ])("$why", ({ files, before, agents, want, events }) => {
    const now = look(files, before, agents);
    expect(now.puts).toEqual(want);
    expect(now.removed).toEqual([]);
    expect(now.events).toEqual(events);
  });

  test("looking again after the changes were written changes nothing", () => {
    const agents = [anAgent("a1", { judgedRevision: "r2", problems: [problem] })];
    const first = look([good(r2)], [record({ active: r1, candidate: r2 })], agents);
    const second = look([good(r2)], first.puts, agents, first.plan.refusals);
    expect(second.plan.changes).toEqual([]);
  });

  test("an agent that goes back to judging what runs does not bring the refused file back", () => {
    const refused = look(
      [good(r2)],
      [record({ active: r1, candidate: r2 })],
      [anAgent("a1", { judgedRevision: "r2", problems: [problem] })],
    );
    const later = look([good(r2)], refused.puts, [anAgent("a1", { judgedRevision: "r1" })], refused.plan.refusals);
    expect(later.plan.changes).toEqual([]);
    const restarted = { ...anAgent("a1", { judgedRevision: "r1" }), bootId: "b2" };
    const again = look([good(r2)], refused.puts, [restarted], later.plan.refusals);
    expect(again.puts, "an agent that restarted may have a better module").toEqual([
      record({ active: r1, candidate: r2 }),
    ]);
  });
});

describe("several files", () => {
  const moved = { ...r1, file: "/etc/ocelli/renamed.ocelli-plugin" };

  test("a removed file takes its plugin along", () => {
    expect(look([], [record({ active: r1 })]).removed).toEqual(["ping"]);
  });

  test("a renamed file keeps its plugin, and nothing is judged again", () => {
    const now = look([good(moved)], [record({ active: r1 })]);
    expect(now.puts).toEqual([record({ active: moved })]);
    expect([now.removed, now.events]).toEqual([[], []]);
  });

  test("a file that wants a name another has is named beside it, and changes nothing", () => {
    const now = look(
      [good(r1), bad("ping", "/etc/ocelli/copy.ocelli-plugin", "the name is taken")],
      [record({ active: r1 })],
    );
    const taken = { file: "/etc/ocelli/copy.ocelli-plugin", line: 3, message: "the name is taken" };
    expect(now.puts).toEqual([record({ active: r1, problems: [taken] })]);
    expect(now.events).toEqual(["plugin.refused"]);
  });

  test("a comment that moves the lines is kept without a new judgement", () => {
    const settings = (line: number) => [{ name: "snmp", entries: [{ key: "community", value: "x", line }] }];
    const shifted = aSpec({ settings: settings(9) });
    const now = look([good(shifted)], [record({ active: aSpec({ settings: settings(8) }) })]);
    expect(now.puts).toEqual([record({ active: shifted })]);
    expect(now.events).toEqual([]);
  });

  test("a directory that cannot be read says nothing about its files", () => {
    const away = record({ name: "far", active: aSpec({ name: "far", file: "/mnt/far.ocelli-plugin" }) });
    const now = look([], [record({ active: r1 }), away], [], new Map(), ["/mnt"]);
    expect(now.removed).toEqual(["ping"]);
  });

  test("files of one base name without a name do not hide each other", () => {
    const now = look([bad(undefined), bad(undefined, "/srv/ping.ocelli-plugin")], []);
    expect(now.puts.map((put) => put.name)).toEqual(["/srv/ping.ocelli-plugin", "ping"]);
  });

  test("a broken nameless file does not take a running plugin's name", () => {
    const now = look([good(r1), bad(undefined, "/srv/ping.ocelli-plugin")], [record({ active: r1 })]);
    expect(now.puts.map((put) => put.name)).toEqual(["/srv/ping.ocelli-plugin"]);
  });
});
