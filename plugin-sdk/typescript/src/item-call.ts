import { encodeAnswers, resourceFromProto } from "@ocelli/codec";
import { linkSignals, OcelliError } from "@ocelli/model";
import type { Item, Run } from "@ocelli/proto/plugin";
import type { CallContext } from "@ocelli/rpc";
import { CallScope } from "./call-scope.js";
import type { Instance } from "./instances.js";
import { lazyChild } from "./log.js";
import type { ModuleParts } from "./module-parts.js";
import { Outbox } from "./outbox.js";
import { PollFault } from "./poll-fault.js";
import type { RunDeps, RunFacts } from "./run.js";
import type { ItemInput } from "./run-item.js";

interface Progress {
  readonly item: number;
  readonly extendMs: number;
}

/** What is sent for one item: an encoded answer, or that it needs more time. */
type Part = Uint8Array | Progress;

/** One item of a call, ready to run. */
export interface ItemJob {
  readonly item: number;
  /** A fault where the host sent something that cannot be run. */
  readonly input: ItemInput | PollFault;
  readonly deps: RunDeps;
  readonly scope: CallScope;
  /** Sends an encoded answer. Returns a promise where the reader has to catch up first. */
  put(answer: Uint8Array): Promise<void> | undefined;
}

const progressBytes = 16;

/** Runs the items of a call, so many at a time, and yields encoded responses with their answers as they come. Throws
 *  "precondition" before anything runs where an item names settings that are not there. */
export async function* runItems(
  parts: ModuleParts,
  items: readonly Item[],
  ctx: CallContext,
  run: (job: ItemJob) => Promise<void>,
): AsyncGenerator<Uint8Array> {
  const { gate, clock, module, deadlines } = parts;
  using _admitted = gate.admit();
  const receivedAtMs = clock.monotonicMs();
  using signal = linkSignals(ctx.signal, gate.cancelled);
  using scope = new CallScope(signal.signal, deadlines);
  using taken = takeAll(parts, items);
  const outbox = new Outbox<Part>(clock);
  const put = (answer: Uint8Array): Promise<void> | undefined => outbox.put(answer, answer.length);
  const runItem = (item: Item): Promise<void> => {
    const instance = item.run && taken.of(item.run);
    const progress = (extendMs: number): void => void outbox.put({ item: item.item, extendMs }, progressBytes);
    const log = lazyChild(instance?.log ?? parts.log, () => ({ resource: item.resource?.id ?? "" }));
    const input = inputOf(item, instance, clock.monotonicMs() - receivedAtMs);
    return run({ item: item.item, input, deps: { clock, log, progress }, scope, put });
  };
  const broken: unknown[] = [];
  const waiting = items.values();
  const work = async (): Promise<void> => {
    for (const item of waiting) await runItem(item).catch((error: unknown) => broken.push(error));
  };
  const workers = Array.from({ length: Math.min(module.concurrency, items.length) }, work);
  void Promise.all(workers).then(() => outbox.close());
  for await (const batch of outbox.batches()) yield responseOf(batch);
  if (broken.length > 0) throw broken[0];
  if (gate.cancelled.aborted) throw new OcelliError("unavailable", "the module stopped before everything was done");
}

function responseOf(batch: readonly Part[]): Uint8Array {
  const answers: Uint8Array[] = [];
  const progress: Progress[] = [];
  for (const part of batch) {
    if (part instanceof Uint8Array) answers.push(part);
    else progress.push(part);
  }
  return encodeAnswers(answers, progress);
}

/** The instances that the items of a call name, kept until it is over. */
function takeAll({ instances }: ModuleParts, items: readonly Item[]) {
  const taken: { readonly instance: Instance; readonly release: () => void }[] = [];
  const find = ({ plugin, revision }: Run): Instance | undefined =>
    taken.find(({ instance }) => instance.plugin === plugin && instance.revision === revision)?.instance;
  const release = (): void => {
    for (const one of taken) one.release();
  };
  try {
    for (const { run } of items) if (run && !find(run)) taken.push(instances.take(run.plugin, run.revision));
  } catch (error) {
    release();
    throw error;
  }
  return { of: find, [Symbol.dispose]: release };
}

function inputOf(item: Item, instance: Instance | undefined, waitedMs: number): ItemInput | PollFault {
  if (!item.run || !instance) return new PollFault("internal", "the host sent an item without a run");
  if (!item.resource) return new PollFault("internal", "the host sent an item without a resource");
  return {
    facts: factsOf(item.run, instance, waitedMs),
    resource: resourceFromProto(item.resource),
    enrichments: item.enrichments,
  };
}

/** What a run is told. */
export function factsOf(run: Run, instance: Instance, waitedMs: number): RunFacts {
  return {
    plugin: run.plugin,
    settings: instance.settings,
    fence: Number(run.fence),
    deadlineMs: run.deadlineMs === 0 ? Number.POSITIVE_INFINITY : run.deadlineMs,
    waitedMs,
    slotAtMs: Number(run.slotAtMs),
    frequencyMs: run.frequencyMs,
    state: run.state,
  };
}
