import type { Clock, DiscoverySummary, EnrichmentSet, Fault, MetricGroup, Resource } from "@ocelli/model";
import { CallScope, Deadlines } from "./call-scope.js";
import { checkResource } from "./check-resource.js";
import type { PluginModule, SinkRecord } from "./define-plugin.js";
import { createLog } from "./log.js";
import { faultOf, type PollFault } from "./poll-fault.js";
import { Redactor } from "./redactor.js";
import type { RunDeps, RunFacts } from "./run.js";
import { runDiscover } from "./run-discover.js";
import { type ItemInput, runEnrich, runPoll } from "./run-item.js";
import type { RunOutcome } from "./run-one.js";
import { type Diagnostic, parseSettings } from "./settings.js";
import { systemClock } from "./system-clock.js";
import type { FoundResource } from "./values.js";

/** What a run in a test is told; everything can be left out. */
export interface TestRun {
  /** What the last run left, as JSON. */
  readonly state?: unknown;
  /** Facts by namespace, about the resource itself. */
  readonly enrichments?: Readonly<Record<string, unknown>>;
  readonly deadlineMs?: number;
  readonly slotAtMs?: number;
  readonly frequencyMs?: number;
  readonly signal?: AbortSignal;
}

/** How a run in a test ended. */
export interface TestOutcome {
  readonly fault: Fault | undefined;
  /** What the run left, as JSON; undefined where it left the state alone. */
  readonly state: unknown;
  /** The log lines of the run, parsed. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** What it asked for with `progress`. */
  readonly extendedMs: readonly number[];
}

/** A module with settings, run in memory: no process, no socket, no mesh. */
export interface TestedPlugin {
  poll(resource: FoundResource, run?: TestRun): Promise<TestOutcome & { readonly groups: readonly MetricGroup[] }>;
  enrich(resource: FoundResource, run?: TestRun): Promise<TestOutcome & { readonly sets: readonly TestedSet[] }>;
  discover(run?: TestRun): Promise<
    TestOutcome & {
      readonly resources: readonly Resource[];
      readonly summary: DiscoverySummary;
      readonly partial: readonly { readonly scope: string; readonly fault: Fault }[];
    }
  >;
  /** Opens the sink, writes the records, closes it. */
  write(records: readonly SinkRecord[]): Promise<void>;
}

/** An enrichment set with its facts read again, as the poll that asks for it sees them. */
export interface TestedSet extends Omit<EnrichmentSet, "dataJson"> {
  readonly data: unknown;
}

/** What is wrong with settings, as the mesh would be told. */
export async function testSettings(module: PluginModule, settings: unknown): Promise<readonly Diagnostic[]> {
  const outcome = parseSettings(module.settings, settings);
  return outcome.kind === "bad" ? outcome.diagnostics : ((await module.validate?.(outcome.settings)) ?? []);
}

/** A module with settings as they stand in the plugin file, secrets as plain text. Throws TypeError where they are
 *  wrong. */
export function testPlugin(module: PluginModule, given: unknown = {}, clock: Clock = systemClock): TestedPlugin {
  const parsed = parseSettings(module.settings, given);
  if (parsed.kind === "bad") {
    const list = parsed.diagnostics.map((one) => `${one.path} ${one.summary}`);
    throw new TypeError(`settings of ${module.name}: ${list.join("; ")}`);
  }
  const { settings } = parsed;
  const start = (
    run: TestRun,
  ): { deps: RunDeps; facts: RunFacts; scope: CallScope; end: (o: RunOutcome) => TestOutcome } => {
    const lines: Record<string, unknown>[] = [];
    const extendedMs: number[] = [];
    const write = (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>);
    const log = createLog({ level: "debug", nowMs: () => clock.nowMs(), redactor: new Redactor(), write });
    const end = ({ fault, state }: RunOutcome): TestOutcome => ({
      fault: fault && faultOf(fault),
      state: state && readJson(state),
      log: lines,
      extendedMs,
    });
    const scope = new CallScope(run.signal ?? new AbortController().signal, new Deadlines(clock));
    const facts = factsOf(module, settings, run);
    return { deps: { clock, log, progress: (ms) => void extendedMs.push(ms) }, facts, scope, end };
  };
  return {
    async poll(resource, run = {}) {
      const { deps, facts, scope, end } = start(run);
      const groups: MetricGroup[] = [];
      const emit = (group: MetricGroup): undefined => void groups.push(group);
      return { ...end(await runPoll(module, itemOf(facts, resource, run), deps, emit, scope)), groups };
    },
    async enrich(resource, run = {}) {
      const { deps, facts, scope, end } = start(run);
      const sets: TestedSet[] = [];
      const emit = ({ dataJson, ...set }: EnrichmentSet): undefined =>
        void sets.push({ ...set, data: readJson(dataJson) });
      return { ...end(await runEnrich(module, itemOf(facts, resource, run), deps, emit, scope)), sets };
    },
    async discover(run = {}) {
      const { deps, facts, scope, end } = start(run);
      const resources: Resource[] = [];
      const partial: { scope: string; fault: Fault }[] = [];
      const sink = {
        resource: (found: Resource): undefined => void resources.push(found),
        partial: (scope: string, fault: PollFault) => void partial.push({ scope, fault: faultOf(fault) }),
      };
      const { outcome, summary } = await runDiscover(module, facts, deps, sink, scope);
      return { ...end(outcome), resources, summary, partial };
    },
    async write(records) {
      if (!module.sink) throw new TypeError(`${module.name} is no sink`);
      const { deps } = start({});
      const { signal } = new AbortController();
      const writer = await module.sink.open(settings, { plugin: module.name, log: deps.log, signal });
      try {
        await writer.write(records, signal);
      } finally {
        await writer.close?.();
      }
    },
  };
}

function factsOf(module: PluginModule, settings: unknown, run: TestRun): RunFacts {
  return {
    plugin: module.name,
    settings,
    fence: 1,
    deadlineMs: run.deadlineMs ?? 5_000,
    waitedMs: 0,
    slotAtMs: run.slotAtMs ?? 0,
    frequencyMs: run.frequencyMs ?? 60_000,
    state: run.state === undefined ? new Uint8Array() : toBytes(run.state),
  };
}

function itemOf(facts: RunFacts, resource: FoundResource, run: TestRun): ItemInput {
  const enrichments = Object.entries(run.enrichments ?? {}).map(([namespace, data]) => ({
    namespace,
    schema: "",
    ttlS: 300,
    dataJson: toBytes(data),
    resourceId: "",
  }));
  return { facts, resource: checkResource(resource), enrichments };
}

function toBytes(json: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(json));
}

function readJson(bytes: Uint8Array): unknown {
  return bytes.length === 0 ? undefined : JSON.parse(new TextDecoder().decode(bytes));
}
