import type { Bus, PublishEnd } from "@ocelli/bus";
import { encodeRegister } from "@ocelli/codec";
import { type Clock, messageOf } from "@ocelli/model";
import type { EventOutlet } from "../domain/run-ports.js";
import { isExpired, judgeCompletion, type WaitingRun } from "../domain/spool.js";
import type { LeftRun, LeftRuns } from "./spool-left.js";
import type { Place } from "./spool-record.js";

export interface RecoveryDeps {
  readonly bus: Pick<Bus, "results" | "registers" | "brokerNowMs">;
  readonly clock: Clock;
  /** How long results are kept, 0 for ever. */
  readonly keptForMs: number;
  readonly log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
  readonly event: EventOutlet;
  readonly onEnd: (end: RecoveryEnd) => void;
  /** The record needs nothing any more. */
  readonly done: (place: Place) => void;
}

/** "stale": a newer run of the pair published before. "expired": older than results are kept. */
export type RecoveryEnd = "stored" | "stale" | "expired" | "too_large";

type Ended = RecoveryEnd | "given_up";

const whyRefused = {
  stale: "a newer run of the pair was published before this one came from the spool",
  expired: "the result lay in the spool for longer than results are kept",
  too_large: "the result in the spool is larger than the broker takes",
} as const;

/** Each publish waits a moment before it looks up: many at a time make up for it. */
const atOnce = 256;
const retryMs = 500;

/** Publishes what earlier processes of this agent left in its spool, and completes their registers, until all is done or
 *  `signal` aborts; what is not done then stays for the next start. Runs of one pair go in the order they ran. */
export async function recoverLeft(left: LeftRuns, deps: RecoveryDeps, signal: AbortSignal): Promise<void> {
  const { bus, clock, log } = deps;
  if (left.count === 0) return;
  while (!Number.isFinite(bus.brokerNowMs()) && !signal.aborted) await clock.sleep(retryMs, signal);
  const counts = new Map<Ended, number>();
  for (const { segment, live } of left.segments) {
    if (live === 0 || signal.aborted) continue;
    try {
      await inOrder(await left.read(segment), async (one) => {
        const end = await recover(one, deps, signal);
        counts.set(end, (counts.get(end) ?? 0) + 1);
      });
    } catch (error) {
      log.warn(
        { segment, reason: messageOf(error) },
        "a segment of the spool cannot be read; it is tried at the next start",
      );
    }
  }
  log.info({ ...Object.fromEntries(counts) }, "results of an earlier process were published from the spool");
}

/** Works on many at a time, and on one of a pair at a time. */
async function inOrder(left: readonly LeftRun[], work: (one: LeftRun) => Promise<void>): Promise<void> {
  const pairs = new Map<string, LeftRun[]>();
  for (const one of left) {
    const same = pairs.get(one.run.key);
    if (same) same.push(one);
    else pairs.set(one.run.key, [one]);
  }
  const waiting = pairs.values();
  const worker = async (): Promise<void> => {
    for (const same of waiting) for (const one of same) await work(one);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, pairs.size) }, worker));
}

async function recover({ place, run }: LeftRun, deps: RecoveryDeps, signal: AbortSignal): Promise<Ended> {
  const { bus, keptForMs, event, onEnd, done } = deps;
  const { plugin, resourceId, fence, finishedAtMs } = run.register;
  let end: Ended = isExpired(finishedAtMs, bus.brokerNowMs(), keptForMs) ? "expired" : await publish(run, deps, signal);
  if (end === "stored") end = await complete(run, deps, signal);
  if (end === "given_up") return end;
  if (end !== "stored") {
    const attributes = { fence: String(fence) };
    event({ type: "run.stale", plugin, resourceId, message: whyRefused[end], attributes });
  }
  done(place);
  onEnd(end);
  return end;
}

async function publish(run: WaitingRun, { bus }: RecoveryDeps, signal: AbortSignal): Promise<Ended> {
  const { kind, key } = run;
  for (const bytes of run.parts) {
    const end = await new Promise<PublishEnd>((resolve) =>
      bus.results.publishBytes({ kind, key, bytes, maybeStored: true }, resolve, signal),
    );
    if (end.kind === "cancelled") return "given_up";
    if (end.kind !== "stored") return end.kind;
  }
  return "stored";
}

/** Completes the register where it still tells of that run. Taken over or not, the result is stored. */
async function complete(run: WaitingRun, { bus, clock }: RecoveryDeps, signal: AbortSignal): Promise<Ended> {
  const { plugin, resourceId, attempt } = run.register;
  const table = bus.registers[run.partition];
  if (!table) return "stored";
  while (!signal.aborted) {
    const found = await table.get([plugin, resourceId]).catch(() => "unreadable" as const);
    if (found !== "unreadable") {
      const register = found && { ...found.value, revision: found.revision };
      const completion = judgeCompletion(register, attempt);
      if (completion.kind !== "write") return "stored";
      const { revision } = completion;
      const outcome = await new Promise<string>((resolve) =>
        table.write(run.key, encodeRegister(run.register), revision, ({ kind }) => resolve(kind)),
      );
      if (outcome === "done") return "stored";
    }
    await clock.sleep(retryMs, signal);
  }
  return "given_up";
}
