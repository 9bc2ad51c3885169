import { resourceFromProto } from "@ocelli/codec";
import { linkSignals, OcelliError } from "@ocelli/model";
import type { Item, Run } from "@ocelli/proto/plugin";
import type { CallContext } from "@ocelli/rpc";
import type { Instance } from "./instances.js";
import { Limiter } from "./limiter.js";
import type { ModuleParts } from "./module-parts.js";
import { Outbox } from "./outbox.js";
import { PollFault } from "./poll-fault.js";
import type { ItemInput } from "./run-item.js";
import type { RunDeps, RunFacts } from "./run-one.js";

/** What is sent for one item. */
export type Part<Answer> =
  | { readonly kind: "answer"; readonly answer: Answer }
  | { readonly kind: "progress"; readonly item: number; readonly extendMs: number };

/** One item of a call, ready to run. */
export interface ItemJob<Answer> {
  readonly item: number;
  /** Undefined with a fault where the host sent something that cannot be run. */
  readonly input: ItemInput | PollFault;
  readonly deps: RunDeps;
  readonly signal: AbortSignal;
  put(answer: Answer, bytes: number): Promise<void>;
}

const progressBytes = 16;

/** Runs the items of a call, so many at a time, and yields their answers in batches as they come. Throws "precondition"
 *  before anything runs where an item names settings that are not there. */
export async function* runItems<Answer>(
  parts: ModuleParts,
  items: readonly Item[],
  ctx: CallContext,
  run: (job: ItemJob<Answer>) => Promise<void>,
): AsyncGenerator<Part<Answer>[]> {
  const { gate, instances, clock, module } = parts;
  using _admitted = gate.admit();
  const receivedAtMs = clock.monotonicMs();
  using signal = linkSignals(ctx.signal, gate.cancelled);
  const taken = new Map<Run, Instance>();
  const releases: (() => void)[] = [];
  try {
    for (const { run: facts } of items) {
      if (!facts) continue;
      const { instance, release } = instances.take(facts.plugin, facts.revision);
      releases.push(release);
      taken.set(facts, instance);
    }
    const outbox = new Outbox<Part<Answer>>(clock);
    const limiter = new Limiter(module.concurrency);
    const runs = items.map((item) =>
      limiter.run(async () => {
        const instance = item.run && taken.get(item.run);
        const log = (instance?.log ?? parts.log).child({ resource: item.resource?.id ?? "" });
        const progress = (extendMs: number): void => {
          void outbox.put({ kind: "progress", item: item.item, extendMs }, progressBytes);
        };
        await run({
          item: item.item,
          input: inputOf(item, instance, clock.monotonicMs() - receivedAtMs),
          deps: { clock, log, progress },
          signal: signal.signal,
          put: (answer, bytes) => outbox.put({ kind: "answer", answer }, bytes),
        });
      }),
    );
    const all = Promise.allSettled(runs).then((ends) => {
      outbox.close();
      return ends.find((end) => end.status === "rejected");
    });
    yield* outbox.batches();
    const broken = await all;
    if (broken) throw broken.reason;
    if (gate.cancelled.aborted) throw new OcelliError("unavailable", "the module stopped before everything was done");
  } finally {
    for (const release of releases) release();
  }
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
