import type {
  ModuleRecord,
  PackedAnswer,
  PluginRecord,
  PluginSpec,
  PollAnswer,
  Problem,
  WorkItem,
} from "@ocelli/model";
import type { Feed, Judgement, LiveModule, ModuleEvents, ModuleSource, ModuleStarter } from "../domain/ports.js";
import type { AnswerListener, Leave } from "../domain/run-ports.js";
import { answer, listenedPoll } from "./fakes.js";

/** A feed a test writes to. */
export class FakeFeed<T> implements Feed<T> {
  #records: readonly T[] = [];
  readonly #listeners = new Set<() => void>();

  records(): readonly T[] {
    return this.#records;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  set(...records: readonly T[]): void {
    this.#records = records;
    for (const listener of this.#listeners) listener();
  }
}

/** A module without a process: a test says what it answers. */
export class FakeModule implements LiveModule {
  readonly title: string;
  readonly itemsPerCall = 100;
  readonly limits = { messageBytes: 4_000_000, itemsPerCall: 100, callsInFlight: 10 };
  readonly wantsEnrichments: readonly string[] = ["facts"];
  readonly ended: Promise<string>;
  running = true;
  stopped = "";
  /** What was asked of it, in order. */
  readonly log: string[] = [];
  judging: (spec: PluginSpec) => Promise<Judgement> = async () => ({
    kind: "accepted",
    service: "polling",
    warnings: [],
  });
  configuring: (spec: PluginSpec) => Promise<readonly Problem[]> = async () => [];
  answering: (items: readonly WorkItem[]) => PollAnswer[] | Promise<PollAnswer[]> = (items) =>
    items.map((_, i) => answer(i));
  end: (reason: string) => void = () => {};

  constructor(title: string) {
    this.title = title;
    this.ended = new Promise((resolve) => {
      this.end = (reason) => {
        this.running = false;
        resolve(reason);
      };
    });
  }

  judge(spec: PluginSpec): Promise<Judgement> {
    this.log.push(`judge ${spec.name} ${spec.revision}`);
    return this.judging(spec);
  }

  configure(spec: PluginSpec): Promise<readonly Problem[]> {
    this.log.push(`configure ${spec.name} ${spec.revision}`);
    return this.configuring(spec);
  }

  poll(items: readonly WorkItem[], listener: AnswerListener<PackedAnswer>): Leave {
    this.log.push(`poll ${items.length}`);
    const answering = this.answering(items);
    return listenedPoll(async function* () {
      yield* await answering;
    }, listener);
  }

  enrich(): never {
    throw new Error("not asked for");
  }

  discover(): never {
    throw new Error("not asked for");
  }

  openSink(): never {
    throw new Error("not asked for");
  }

  async stop(graceMs: number): Promise<void> {
    this.stopped = `stopped within ${graceMs} ms`;
    this.end("it was stopped");
  }

  async kill(): Promise<void> {
    this.stopped = "killed";
    this.end("was ended by SIGKILL");
  }
}

/** Starts fake modules and remembers them. */
export class FakeSource implements ModuleSource {
  readonly started: FakeModule[] = [];
  readonly events: ModuleEvents[] = [];
  /** Why a start fails; undefined lets it succeed. */
  refusal: { absent: boolean; reason: string } | undefined;
  /** Prepares each module before it is up. */
  prepare: (module: FakeModule) => void = () => {};

  child(path: string): ModuleStarter {
    return this.#starter(path);
  }

  service(): (record: ModuleRecord) => ModuleStarter {
    return (record) => this.#starter(record.instanceId);
  }

  /** The newest module of a title. */
  module(title: string): FakeModule {
    const found = this.started.findLast((one) => one.title === title);
    if (!found) throw new Error(`${title} was never started`);
    return found;
  }

  #starter(title: string): ModuleStarter {
    return async (events) => {
      if (this.refusal) return { kind: "failed", ...this.refusal };
      const module = new FakeModule(title);
      this.prepare(module);
      this.started.push(module);
      this.events.push(events);
      return { kind: "up", module };
    };
  }
}

export function record(active: PluginSpec | undefined, candidate?: PluginSpec): PluginRecord {
  return { name: active?.name ?? candidate?.name ?? "", active, candidate, problems: [] };
}
