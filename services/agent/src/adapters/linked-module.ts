import {
  type DiscoveryPart,
  type EncodedRecord,
  type EnrichAnswer,
  linkSignals,
  type ModuleLimits,
  OcelliError,
  type PackedAnswer,
  type PluginSpec,
  type Problem,
  type Run,
  type SinkReceipt,
  type WorkItem,
} from "@ocelli/model";
import {
  type Judgement as HostJudgement,
  judge,
  type ModuleLink,
  type ReferenceResolver,
  type SinkStream,
  sourceOf,
  type WorkOptions,
} from "@ocelli/module-host";
import type { Judgement, LiveModule } from "../domain/ports.js";
import type { AnswerListener, Grant, Leave } from "../domain/run-ports.js";
import type { SinkWriter } from "../domain/sink-driver.js";

/** What ends a module, however it was started. */
export interface ModuleEnd {
  readonly ended: Promise<string>;
  stop(graceMs: number): Promise<void>;
  kill(): Promise<void>;
}

interface Accepted {
  readonly revision: string;
  readonly judged: Extract<HostJudgement, { kind: "accepted" }>;
}

/** How long a sink that is closed may take to acknowledge what it got, in ms. */
const sinkGraceMs = 2_000;

/** A module behind a link, as the domain wants it. Typed settings and their secrets stay in here. */
export class LinkedModule implements LiveModule {
  readonly title: string;
  readonly limits: ModuleLimits;
  readonly itemsPerCall: number;
  readonly wantsEnrichments: readonly string[];
  readonly ended: Promise<string>;
  readonly #link: ModuleLink;
  readonly #referencesOf: (file: string) => ReferenceResolver;
  readonly #end: ModuleEnd;
  /** By plugin: the newest accepted revisions, the one that serves and the one that is about to. */
  readonly #accepted = new Map<string, readonly Accepted[]>();
  #running = true;

  constructor(link: ModuleLink, referencesOf: (file: string) => ReferenceResolver, end: ModuleEnd) {
    this.title = link.title;
    this.limits = link.limits;
    this.itemsPerCall = link.limits.itemsPerCall;
    this.wantsEnrichments = link.description.wantsEnrichments;
    this.#link = link;
    this.#referencesOf = referencesOf;
    this.#end = end;
    this.ended = end.ended.then((reason) => {
      this.#running = false;
      return reason;
    });
  }

  get running(): boolean {
    return this.#running;
  }

  async judge(spec: PluginSpec, signal: AbortSignal): Promise<Judgement> {
    const judged = await judge(this.#link, spec, this.#referencesOf(spec.file), signal);
    if (judged.kind === "refused") return judged;
    const { name, revision } = spec;
    const others = (this.#accepted.get(name) ?? []).filter((one) => one.revision !== revision);
    this.#accepted.set(name, [...others.slice(-1), { revision, judged }]);
    return { kind: "accepted", service: judged.service, warnings: judged.warnings };
  }

  async configure(spec: PluginSpec, signal: AbortSignal): Promise<readonly Problem[]> {
    const accepted = this.#accepted.get(spec.name)?.find(({ revision }) => revision === spec.revision);
    if (!accepted) throw new OcelliError("internal", `the settings of ${spec.name} were not looked at before`);
    const target = { plugin: spec.name, revision: spec.revision };
    return this.#link.configure(target, accepted.judged.settings, sourceOf(spec), signal);
  }

  poll(items: readonly WorkItem[], listener: AnswerListener<PackedAnswer>, grant?: Grant): Leave {
    return this.#link.startPoll(items, optionsOf(grant), listener);
  }

  enrich(items: readonly WorkItem[], listener: AnswerListener<EnrichAnswer>, grant?: Grant): Leave {
    return this.#link.startEnrich(items, optionsOf(grant), listener);
  }

  discover(run: Run, signal: AbortSignal, grant?: Grant): AsyncIterable<DiscoveryPart> {
    return this.#link.discover(run, optionsOf(grant), signal);
  }

  async openSink(spec: PluginSpec, signal: AbortSignal): Promise<SinkWriter> {
    const stream = this.#link.openSink({ plugin: spec.name, revision: spec.revision }, signal);
    return {
      write: (records, writeSignal) => writeUnless(stream, records, spec.timeoutMs, writeSignal),
      close: () => stream.close(sinkGraceMs),
    };
  }

  stop(graceMs: number): Promise<void> {
    return this.#end.stop(graceMs);
  }

  kill(): Promise<void> {
    return this.#end.kill();
  }
}

function optionsOf(grant: Grant | undefined): WorkOptions {
  return grant ? { grant } : {};
}

async function writeUnless(
  stream: SinkStream,
  records: readonly EncodedRecord[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<SinkReceipt> {
  using given = linkSignals(signal);
  const givenUp = new Promise<never>((_, reject) => {
    const stop = (): void => reject(new OcelliError("cancelled", "the write was given up"));
    if (given.signal.aborted) stop();
    else given.signal.addEventListener("abort", stop, { once: true });
  });
  return await Promise.race([stream.write(records, timeoutMs), givenUp]);
}
