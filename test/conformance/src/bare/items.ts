import { status } from "@grpc/grpc-js";
import type { EnrichRequest, Item, PollRequest } from "@ocelli/proto/plugin";
import { type Call, Refusal } from "./grpc.js";
import type { Parts } from "./parts.js";
import { type FaultInit, type Piece, runOf, underDeadline, WrongValue } from "./run.js";

/** One item of a call, ready to run. */
export interface ItemWork {
  readonly item: Item;
  readonly call: Call;
  /** Whether the call has other items too. */
  readonly several: boolean;
  /** Whether its settings tell it to yield without an end. */
  readonly isEndless: boolean;
  /** Runs the author's part under the item's deadline; resolves with the fault where it failed. */
  run(work: (piece: Piece) => Promise<void>): Promise<FaultInit | undefined>;
}

/** Runs all items of a call side by side. */
export async function callItems(
  module: Parts,
  request: PollRequest | EnrichRequest,
  call: Call,
  answer: (work: ItemWork) => Promise<void>,
  progressOf: (progress: { item: number; extendMs: number }) => object,
): Promise<undefined> {
  const { breaks, gate, instances } = module;
  if (request.$unknown?.length && breaks("wants-known-fields")) throw new Refusal(status.INVALID_ARGUMENT, "unknown");
  if (breaks("dies-of-size") && padOf(request.items) > 4 * 1024 * 1024) process.exit(1);
  const leave = gate.enter(call.signal);
  try {
    if (request.items.length === 0 && breaks("hangs-on-nothing")) await new Promise(() => {});
    const items = breaks("drops-the-tail") ? request.items.slice(0, 200) : request.items;
    const taken = items.map((item) => instances.get(runOf(item).plugin, runOf(item).revision));
    const shortest = Math.min(...items.map((item) => runOf(item).deadlineMs));
    await Promise.all(
      items.map(async (item, i) => {
        const instance = taken[i];
        if (!instance) throw new WrongValue("no settings");
        const outer = AbortSignal.any([call.signal, gate.cancelled.signal, instance.told.signal]);
        const isEndless = instance.knobs.fail === "endless";
        const own = isEndless && breaks("endless") ? 0 : runOf(item).deadlineMs;
        const deadlineMs = breaks("one-deadline-for-all") ? shortest : own;
        const run: ItemWork["run"] = (work) =>
          underDeadline(
            module,
            runOf(item),
            outer,
            async (signal, extend) => {
              refuseOdd(module, item);
              const progress = async (extendMs: number): Promise<void> => {
                extend(extendMs);
                await call.send(progressOf({ item: breaks("progress-of-nobody") ? 0 : item.item, extendMs }));
              };
              await work({ instance, resourceId: item.resource?.id ?? "", signal, progress });
            },
            deadlineMs,
          );
        await answer({ item, call, several: items.length > 1, isEndless, run });
      }),
    );
    if (instancesTold(taken)) throw new Refusal(status.UNAVAILABLE, "other settings came");
    if (gate.cancelled.signal.aborted) throw new Refusal(status.UNAVAILABLE, "the module stopped");
    return undefined;
  } finally {
    leave();
  }
}

function instancesTold(taken: readonly { readonly told: AbortController }[]): boolean {
  return taken.some(({ told }) => told.signal.aborted);
}

/** How much text the resources of a request carry besides. */
function padOf(items: readonly Item[]): number {
  return items.reduce((sum, { resource }) => sum + (resource?.metadata["pad"]?.length ?? 0), 0);
}

const seen = new Set<string>();

/** What only a broken module minds. */
function refuseOdd({ breaks }: Parts, item: Item): void {
  const { plugin, fence, slotAtMs } = runOf(item);
  if (breaks("compares-clocks") && Number(slotAtMs) < Date.now() - 1_800_000)
    throw new WrongValue("the slot is too old");
  const key = `${plugin} ${fence} ${item.resource?.id}`;
  if (breaks("refuses-repeats") && seen.has(key)) throw new WrongValue("this run was done already");
  seen.add(key);
}

/** How often the pair ran before, as its state says. */
export function stateOf({ breaks }: Parts, item: Item): number {
  const { state } = runOf(item);
  if (state.length === 0) return 0;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(state));
    return typeof value === "object" && value !== null && "runs" in value ? Number(value.runs) || 0 : 0;
  } catch {
    if (breaks("trusts-state")) throw new WrongValue("the state cannot be read");
    return 0;
  }
}
