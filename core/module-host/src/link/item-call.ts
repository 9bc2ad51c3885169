import { type Fault, OcelliError, type WorkItem } from "@ocelli/model";
import { ItemLedger } from "../answers/item-ledger.js";
import { enterWithin, leaveAfter, settle } from "./call-end.js";
import { busyFault, callFault, lateFault, refusedFault, unansweredFault } from "./call-faults.js";
import { answerSlackMs, type CallHost, type PluginRevision, type WorkOptions } from "./call-host.js";
import type { ItemProtocol } from "./item-protocol.js";
import { TimedReader } from "./timed-reader.js";
import { wireItem } from "./wire-item.js";

type AttemptEnd = { readonly kind: "ended" | "aborted" } | { readonly kind: "failed"; readonly error: unknown };

/** One streaming call about many items. Whatever the module does, each item gets answers of which exactly one is the
 *  last: its own, or one with the fault that says why there is none. Only where the signal aborts some stay open. */
export class ItemCall<Response, Raw extends { readonly item: number }, Answer extends { readonly last: boolean }> {
  readonly #host: CallHost;
  readonly #protocol: ItemProtocol<Response, Raw, Answer>;
  readonly #items: readonly WorkItem[];
  readonly #options: WorkOptions;
  readonly #ledger: ItemLedger;
  readonly #startedAtMs: number;
  readonly #dueAtMs: number[];
  readonly #seen = new Map<number, Set<string>>();
  #settling: Promise<void> = Promise.resolve();

  constructor(
    host: CallHost,
    protocol: ItemProtocol<Response, Raw, Answer>,
    items: readonly WorkItem[],
    options: WorkOptions,
  ) {
    const { itemsPerCall } = host.limits;
    if (items.length > itemsPerCall) {
      throw new OcelliError(
        "invalid",
        `a call of ${items.length} items: ${host.title} takes ${itemsPerCall} at a time`,
      );
    }
    this.#host = host;
    this.#protocol = protocol;
    this.#items = items;
    this.#options = options;
    this.#ledger = new ItemLedger(items.length);
    this.#startedAtMs = host.clock.monotonicMs();
    this.#dueAtMs = items.map((item) => this.#startedAtMs + item.run.deadlineMs);
  }

  async *run(signal: AbortSignal): AsyncGenerator<Answer & { readonly item: number }> {
    const longestMs = Math.max(0, ...this.#items.map((item) => item.run.deadlineMs));
    if (!(await enterWithin(this.#host, longestMs, signal))) {
      if (!signal.aborted) yield* this.#failOpen((item) => busyFault(this.#host, item.run.deadlineMs));
      return;
    }
    try {
      let end = yield* this.#attempt(signal);
      if (end.kind === "failed" && (await this.#configuredAgain(end.error, signal))) end = yield* this.#attempt(signal);
      if (end.kind === "aborted") return;
      const fault = end.kind === "failed" ? await callFault(this.#host, end.error) : unansweredFault(this.#host);
      if (!this.#ledger.done) {
        this.#note(fault.message);
        if (end.kind === "failed") this.#host.blame(this.#revisions().map(({ plugin }) => plugin));
      }
      yield* this.#failOpen(() => fault);
    } finally {
      leaveAfter(this.#host, this.#settling);
    }
  }

  async *#attempt(signal: AbortSignal): AsyncGenerator<Answer & { readonly item: number }, AttemptEnd> {
    const { clock, metadata } = this.#host;
    const waitedMs = clock.monotonicMs() - this.#startedAtMs;
    const items = this.#ledger.open.map((index) => wireItem(index, this.#itemAt(index), waitedMs));
    const call = new AbortController();
    const reader = new TimedReader(this.#protocol.open(items, { metadata, signal: call.signal }), clock);
    let over = false;
    try {
      while (!this.#ledger.done) {
        const dueAtMs = Math.min(...this.#ledger.open.map((index) => this.#dueAt(index)));
        const read = await reader.next(dueAtMs + answerSlackMs, signal);
        switch (read.kind) {
          case "message":
            yield* this.#take(read.message);
            break;
          case "due":
            yield* this.#failLate();
            break;
          case "aborted":
            return { kind: "aborted" };
          case "end":
            over = true;
            return { kind: "ended" };
          case "failed":
            over = true;
            return read;
        }
      }
      return { kind: "ended" };
    } finally {
      if (!over) this.#leave(reader, call);
    }
  }

  /** Nobody reads any more. A call that has nothing left to say in time may end by itself; any other is cancelled. */
  #leave(reader: TimedReader<Response>, call: AbortController): void {
    const { open } = this.#ledger;
    if (open.some((index) => this.#dueAt(index) > this.#host.clock.monotonicMs())) {
      call.abort();
      this.#host.probe();
      return;
    }
    for (const index of open) this.#note(this.#late(index).message, [index]);
    const dueAtMs = Math.max(...this.#dueAtMs);
    this.#settling = settle(this.#host, reader, call, dueAtMs, (response) => this.#afterLast(response));
  }

  *#take(response: Response): Generator<Answer & { readonly item: number }> {
    const { answers, progress } = this.#protocol.partsOf(response);
    for (const raw of answers) {
      const found = this.#ledger.indexOf(raw.item);
      if (found.kind === "refused") {
        this.#note(found.why);
        continue;
      }
      const { index } = found;
      const seen = this.#seen.get(index) ?? new Set();
      this.#seen.set(index, seen);
      const checked = this.#protocol.check(raw, seen);
      if (checked.kind === "refused") {
        const fault = refusedFault(this.#host, checked.why);
        this.#note(fault.message, [index]);
        yield this.#last(index, fault);
        continue;
      }
      if (checked.value.last) this.#ledger.close(index);
      yield { ...checked.value, item: index };
    }
    for (const { item, extendMs } of progress) {
      const found = this.#ledger.indexOf(item);
      if (found.kind === "refused") continue;
      const granted = this.#options.grant?.(found.index, extendMs) ?? 0;
      if (granted <= 0) continue;
      const dueAtMs = this.#host.clock.monotonicMs() + granted;
      this.#dueAtMs[found.index] = Math.max(this.#dueAt(found.index), dueAtMs);
    }
  }

  *#failLate(): Generator<Answer & { readonly item: number }> {
    const now = this.#host.clock.monotonicMs();
    for (const index of this.#ledger.open) {
      if (this.#dueAt(index) + answerSlackMs > now) continue;
      const fault = this.#late(index);
      this.#note(fault.message, [index]);
      yield this.#last(index, fault);
    }
  }

  *#failOpen(faultOf: (item: WorkItem) => Fault): Generator<Answer & { readonly item: number }> {
    for (const index of this.#ledger.open) yield this.#last(index, faultOf(this.#itemAt(index)));
  }

  #last(index: number, fault: Fault): Answer & { readonly item: number } {
    this.#ledger.close(index);
    return { ...this.#protocol.failed(fault), item: index };
  }

  #late(index: number): Fault {
    return lateFault(this.#host, this.#dueAt(index) - this.#startedAtMs);
  }

  #afterLast(response: Response): void {
    const late = this.#protocol.partsOf(response).answers.length;
    if (late > 0) this.#note(`it sent ${late} answers after their items were over`);
  }

  async #configuredAgain(error: unknown, signal: AbortSignal): Promise<boolean> {
    if (!(error instanceof OcelliError) || error.code !== "precondition") return false;
    return this.#host.configureAgain(this.#revisions(), signal);
  }

  #revisions(): PluginRevision[] {
    const open = this.#ledger.open.map((index) => this.#itemAt(index).run);
    return [...new Map(open.map(({ plugin, revision }) => [plugin, { plugin, revision }])).values()];
  }

  #note(sentence: string, indexes: readonly number[] = this.#items.map((_, index) => index)): void {
    this.#host.note([...new Set(indexes.map((index) => this.#itemAt(index).run.plugin))], sentence);
  }

  #dueAt(index: number): number {
    return this.#dueAtMs[index] ?? 0;
  }

  #itemAt(index: number): WorkItem {
    const item = this.#items[index];
    if (!item) throw new RangeError(`item ${index} of ${this.#items.length}`);
    return item;
  }
}
