import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { Item, Run } from "@ocelli/proto/plugin";
import { FaultOrigin, FaultSchema, PollStatus } from "@ocelli/proto/resource";
import type { Instance } from "./instances.js";
import type { Parts } from "./parts.js";

export type FaultInit = MessageInitShape<typeof FaultSchema>;

/** A failure that the author declares. */
class Declared extends Error {}
/** A value of the author's that must not leave. */
export class WrongValue extends Error {}

/** One piece of work: how it may be stopped, and what it may ask for. */
export interface Piece {
  readonly instance: Instance;
  readonly resourceId: string;
  readonly signal: AbortSignal;
  readonly progress: (extendMs: number) => Promise<void>;
}

/** What every run does before it has anything to say. Throws as it is told to. */
export async function begin(module: Parts, { instance, resourceId, signal, progress }: Piece): Promise<string> {
  const { log, breaks } = module;
  const { secret, wait_ms, progress_ms, fail, fail_for } = instance.knobs;
  log.info(`secret is ${secret}`);
  if (progress_ms > 0) await progress(progress_ms);
  if (wait_ms > 0) await sleep(wait_ms, breaks("ignores-cancel") ? module.gate.cancelled.signal : signal);
  if (fail_for !== "" && fail_for !== resourceId) return "";
  if (fail === "fault") throw new Declared(`no answer from ${secret || "nobody"}`);
  if (fail === "throw") throw new Error(`probe threw ${secret}`);
  if (fail === "long_error") throw new Error("x".repeat(100_000));
  if (fail === "print") process.stdout.write("the probe prints\n");
  if (fail === "print" && breaks("minds-prints")) throw new Error("unexpected output");
  return fail;
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new Error("stopped"));
    };
    const timer = setTimeout(
      () => {
        signal.removeEventListener("abort", stop);
        resolve();
      },
      Math.min(ms, 2 ** 30),
    );
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}

/** The fault of what was thrown. */
function faultOf(module: Parts, error: unknown): FaultInit {
  const { breaks, log } = module;
  const words = error instanceof Error ? error.message : String(error);
  const said = breaks("shows-its-stack") && error instanceof Error ? (error.stack ?? words) : words;
  const cut = (text: string): string => (breaks("cuts-nothing") ? text : text.slice(0, 300));
  const message = cut(breaks("secret-in-fault") ? said : log.mask(said));
  if (error instanceof Declared && !breaks("forgets-the-fault")) {
    return { message, status: PollStatus.TIMEOUT, origin: FaultOrigin.TARGET };
  }
  const isAuthors = !(error instanceof WrongValue) && !(error instanceof Declared);
  const origin = isAuthors && breaks("blames-the-device") ? FaultOrigin.TARGET : FaultOrigin.PLUGIN;
  return { message, status: PollStatus.INTERNAL, origin };
}

/** Runs one piece of work under its deadline. The fault of what failed, undefined where it did not. */
export async function underDeadline(
  module: Parts,
  run: Run,
  outer: AbortSignal,
  work: (signal: AbortSignal, extend: (ms: number) => void) => Promise<void>,
  deadlineMs = run.deadlineMs,
): Promise<FaultInit | undefined> {
  const { breaks } = module;
  const stop = new AbortController();
  const onOuter = (): void => stop.abort();
  outer.addEventListener("abort", onOuter, { once: true });
  if (outer.aborted) stop.abort();
  let timer: NodeJS.Timeout | undefined;
  let extend = (_ms: number): void => {};
  const late = new Promise<FaultInit>((resolve) => {
    const arm = (ms: number): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        stop.abort();
        resolve({
          message: `no result within ${deadlineMs} ms`,
          status: PollStatus.TIMEOUT,
          origin: FaultOrigin.TARGET,
        });
      }, ms);
    };
    extend = arm;
    if (deadlineMs > 0 && !breaks("ignores-deadline")) arm(deadlineMs);
  });
  const done = work(stop.signal, (ms) => extend(ms)).then(
    () => undefined,
    (error: unknown) => faultOf(module, error),
  );
  const fault = await Promise.race([done, late]);
  clearTimeout(timer);
  outer.removeEventListener("abort", onOuter);
  return fault === undefined ? undefined : create(FaultSchema, fault);
}

export function runOf(item: Item): Run {
  if (!item.run) throw new WrongValue("the host sent an item without a run");
  return item.run;
}
