import { type DiscoveryPart, OcelliError, type Run } from "@ocelli/model";
import type { DiscoverResponse, Discovery } from "@ocelli/proto/plugin";
import type { Client } from "@ocelli/rpc";
import { DiscoveryLedger } from "../answers/discovery-ledger.js";
import { enterWithin, leaveAfter, settle } from "./call-end.js";
import { busyFault, callFault, lateFault, unansweredFault } from "./call-faults.js";
import { answerSlackMs, type CallHost, type WorkOptions } from "./call-host.js";
import { TimedReader } from "./timed-reader.js";
import { wireRun } from "./wire-item.js";

type AttemptEnd =
  | { readonly kind: "summary" | "cut" | "late" | "aborted" }
  | { readonly kind: "failed"; readonly error: unknown };

/** One discovery. Yields what was found as it comes and ends with exactly one `end`, unless the signal aborts. */
export class DiscoverCall {
  readonly #host: CallHost;
  readonly #client: Client<typeof Discovery>;
  readonly #run: Run;
  readonly #options: WorkOptions;
  readonly #startedAtMs: number;
  #dueAtMs: number;
  #settling: Promise<void> = Promise.resolve();

  constructor(host: CallHost, client: Client<typeof Discovery>, run: Run, options: WorkOptions) {
    this.#host = host;
    this.#client = client;
    this.#run = run;
    this.#options = options;
    this.#startedAtMs = host.clock.monotonicMs();
    this.#dueAtMs = this.#startedAtMs + run.deadlineMs;
  }

  async *run(signal: AbortSignal): AsyncGenerator<DiscoveryPart> {
    const host = this.#host;
    const ledger = new DiscoveryLedger();
    if (!(await enterWithin(host, this.#run.deadlineMs, signal))) {
      if (!signal.aborted) yield ledger.cut(busyFault(host, this.#run.deadlineMs));
      return;
    }
    try {
      let end = yield* this.#attempt(ledger, signal);
      if (end.kind === "failed" && (await this.#configuredAgain(end.error, signal))) {
        end = yield* this.#attempt(ledger, signal);
      }
      switch (end.kind) {
        case "summary":
        case "aborted":
          return;
        case "cut":
          yield ledger.cut({
            ...unansweredFault(host),
            message: `${host.title} ended its discovery without a summary`,
          });
          return;
        case "late":
          yield ledger.cut(lateFault(host, this.#dueAtMs - this.#startedAtMs));
          return;
        case "failed": {
          const fault = await callFault(host, end.error);
          this.#note(fault.message);
          yield ledger.cut(fault);
        }
      }
    } finally {
      leaveAfter(host, this.#settling);
    }
  }

  async *#attempt(ledger: DiscoveryLedger, signal: AbortSignal): AsyncGenerator<DiscoveryPart, AttemptEnd> {
    const { clock, metadata } = this.#host;
    const call = new AbortController();
    const run = wireRun(this.#run, clock.monotonicMs() - this.#startedAtMs);
    const reader = new TimedReader(this.#client.discover({ run }, { metadata, signal: call.signal }), clock);
    let next: "cancel" | "settle" | "over" = "cancel";
    try {
      for (;;) {
        const read = await reader.next(this.#dueAtMs + answerSlackMs, signal);
        switch (read.kind) {
          case "message": {
            this.#extend(read.message);
            const { parts, notes } = ledger.take(read.message);
            for (const note of notes) this.#note(note);
            if (ledger.ended) next = "settle";
            yield* parts;
            if (ledger.ended) return { kind: "summary" };
            break;
          }
          case "due":
            next = "settle";
            this.#note(lateFault(this.#host, this.#dueAtMs - this.#startedAtMs).message);
            return { kind: "late" };
          case "aborted":
            if (clock.monotonicMs() >= this.#dueAtMs) next = "settle";
            return { kind: "aborted" };
          case "end":
            next = "over";
            return { kind: "cut" };
          case "failed":
            next = "over";
            return read;
        }
      }
    } finally {
      if (next === "settle") this.#settling = settle(this.#host, reader, call, this.#dueAtMs, () => {});
      if (next === "cancel") {
        call.abort();
        this.#host.probe();
      }
    }
  }

  #extend({ part }: DiscoverResponse): void {
    if (part.case !== "progress") return;
    const granted = this.#options.grant?.(0, part.value.extendMs) ?? 0;
    if (granted > 0) this.#dueAtMs = Math.max(this.#dueAtMs, this.#host.clock.monotonicMs() + granted);
  }

  async #configuredAgain(error: unknown, signal: AbortSignal): Promise<boolean> {
    if (!(error instanceof OcelliError) || error.code !== "precondition") return false;
    const { plugin, revision } = this.#run;
    return this.#host.configureAgain([{ plugin, revision }], signal);
  }

  #note(sentence: string): void {
    this.#host.note([this.#run.plugin], sentence);
  }
}
