import { encodeWorkRequest } from "@ocelli/codec";
import { type Fault, messageOf, OcelliError, type WorkItem } from "@ocelli/model";
import { type ByteCall, type Connection, callWithBytes } from "@ocelli/rpc";
import type { AnswerReader, AnswerTaker } from "../answers/answer-taker.js";
import type { Checked } from "../answers/checked.js";
import { ItemLedger } from "../answers/item-ledger.js";
import { enterWithin } from "./call-end.js";
import { busyFault, callFault, lateFault, refusedFault, unansweredFault } from "./call-faults.js";
import { answerSlackMs, type CallHost, ignoreAfterMs, type PluginRevision, type WorkOptions } from "./call-host.js";
import type { AnswerListener, AnyAnswer, ItemProtocol } from "./item-protocol.js";

/** One streaming call about many items. Whatever the module does, each item gets answers of which exactly one is the
 *  last: its own, or one with the fault that says why there is none. Only where the caller leaves some stay open. */
export class ItemCall<Answer extends AnyAnswer> implements AnswerTaker<Answer> {
  readonly #host: CallHost;
  readonly #connection: Connection;
  readonly #protocol: ItemProtocol<Answer>;
  readonly #items: readonly WorkItem[];
  readonly #options: WorkOptions;
  readonly #listener: AnswerListener<Answer>;
  readonly #reader: AnswerReader<Answer>;
  readonly #ledger: ItemLedger;
  readonly #startedAtMs: number;
  readonly #dueAtMs: number[];
  /** Ends the waiting for a place, and the timer. */
  readonly #over = new AbortController();
  #call: ByteCall | undefined;
  /** The caller waits for answers. */
  #listened = true;
  #configuredAgain = false;
  #refused = false;

  constructor(
    host: CallHost,
    connection: Connection,
    protocol: ItemProtocol<Answer>,
    items: readonly WorkItem[],
    options: WorkOptions,
    listener: AnswerListener<Answer>,
  ) {
    const { itemsPerCall } = host.limits;
    if (items.length > itemsPerCall) {
      throw new OcelliError(
        "invalid",
        `a call of ${items.length} items: ${host.title} takes ${itemsPerCall} at a time`,
      );
    }
    this.#host = host;
    this.#connection = connection;
    this.#protocol = protocol;
    this.#items = items;
    this.#options = options;
    this.#listener = listener;
    this.#reader = protocol.reader();
    this.#ledger = new ItemLedger(items.length);
    this.#startedAtMs = host.clock.monotonicMs();
    this.#dueAtMs = items.map((item) => this.#startedAtMs + item.run.deadlineMs);
  }

  start(): void {
    if (this.#host.slots.tryEnter()) this.#begin();
    else void this.#wait();
  }

  /** The caller does not wait any more. A call that has nothing left to say in time may end by itself; any other is
   *  cancelled. */
  leave(): void {
    if (!this.#listened) return;
    this.#listened = false;
    if (this.#over.signal.aborted) return;
    if (!this.#call) {
      this.#over.abort();
      return;
    }
    const { open } = this.#ledger;
    const now = this.#host.clock.monotonicMs();
    if (open.some((index) => this.#dueAt(index) > now)) {
      this.#giveUp();
      return;
    }
    for (const index of open) this.#note(this.#late(index).message, [index]);
  }

  answer(item: number, check: () => Checked<Answer>): void {
    const found = this.#ledger.indexOf(item);
    if (found.kind === "refused") {
      this.#note(found.why);
      return;
    }
    const { index } = found;
    const checked = check();
    if (checked.kind === "refused") {
      const fault = refusedFault(this.#host, checked.why);
      this.#refused = true;
      this.#note(fault.message, [index]);
      this.#last(index, fault);
      return;
    }
    const { value } = checked;
    if (value.last) this.#ledger.close(index);
    value.item = index;
    this.#listener.onAnswer(value);
  }

  progress(item: number, extendMs: number): void {
    const found = this.#ledger.indexOf(item);
    if (found.kind === "refused") return;
    const granted = this.#options.grant?.(found.index, extendMs) ?? 0;
    if (granted <= 0) return;
    const dueAtMs = this.#host.clock.monotonicMs() + granted;
    this.#dueAtMs[found.index] = Math.max(this.#dueAt(found.index), dueAtMs);
  }

  async #wait(): Promise<void> {
    const longestMs = Math.max(0, ...this.#items.map((item) => item.run.deadlineMs));
    if (await enterWithin(this.#host, longestMs, this.#over.signal)) {
      if (this.#listened) this.#begin();
      else this.#host.slots.leave();
      return;
    }
    this.#failOpen((item) => busyFault(this.#host, item.run.deadlineMs));
  }

  /** There is a place among the calls in flight. */
  #begin(): void {
    this.#attempt();
    void this.#watch();
  }

  #attempt(): void {
    const { clock, metadata } = this.#host;
    const waitedMs = clock.monotonicMs() - this.#startedAtMs;
    try {
      const request = encodeWorkRequest(this.#items, this.#ledger.open, waitedMs);
      this.#call = callWithBytes(this.#connection, this.#protocol.method, request, metadata, {
        onMessage: (bytes) => this.#onMessage(bytes),
        onEnd: (error) => this.#onEnd(error),
      });
    } catch (error) {
      this.#onEnd(error);
    }
  }

  #onMessage(bytes: Uint8Array): void {
    if (!this.#listened) {
      this.#afterLast(bytes);
      return;
    }
    try {
      this.#reader.read(bytes, this);
    } catch (error) {
      this.#call?.cancel();
      const what = `its answer is no ${this.#protocol.method.output.typeName}: ${messageOf(error)}`;
      this.#onEnd(new OcelliError("internal", what, { cause: error }));
      return;
    }
    if (this.#ledger.done) this.#finished();
  }

  /** The stream is over, one way or the other. */
  #onEnd(error: unknown): void {
    if (this.#listened) void this.#conclude(error);
    else this.#end();
  }

  async #conclude(error: unknown): Promise<void> {
    if (error !== undefined && (await this.#configured(error))) {
      if (this.#listened) this.#attempt();
      else this.#end();
      return;
    }
    this.#end();
    const fault = error === undefined ? unansweredFault(this.#host) : await callFault(this.#host, error);
    if (!this.#listened) return;
    this.#note(fault.message);
    if (error !== undefined) this.#host.blame(this.#revisions().map(({ plugin }) => plugin));
    this.#failOpen(() => fault);
  }

  /** Every item had its last answer; the stream may end by itself, as cancelling many calls at once ends their connection. Not so
   *  where answers were refused: such a module may go on for ever. */
  #finished(): void {
    if (!this.#listened) return;
    this.#listened = false;
    if (this.#refused) this.#giveUp();
    this.#listener.onEnd();
  }

  /** What a module goes on to send is of no use to anybody. */
  #giveUp(): void {
    this.#call?.cancel();
    this.#end();
    this.#host.probe();
  }

  /** Nothing goes on any more, on neither side. */
  #end(): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    this.#host.slots.leave();
  }

  /** Tells items late at their deadlines, and a module stuck that goes on with the call long after the last of them. */
  async #watch(): Promise<void> {
    const { clock } = this.#host;
    const { signal } = this.#over;
    while (!signal.aborted) {
      const dueAtMs = this.#nextDueAtMs();
      await clock.sleep(Math.max(0, dueAtMs - clock.monotonicMs()), signal);
      if (signal.aborted) return;
      if (clock.monotonicMs() < this.#nextDueAtMs()) continue;
      if (this.#listened) {
        this.#failLate();
        continue;
      }
      this.#host.overran(`${this.#host.title} goes on with a call ${ignoreAfterMs / 1000} s after its deadline`);
      this.#call?.cancel();
      this.#end();
    }
  }

  #nextDueAtMs(): number {
    if (!this.#listened) return this.#dueAtMs.reduce((latest, due) => Math.max(latest, due), 0) + ignoreAfterMs;
    let earliest = Number.POSITIVE_INFINITY;
    for (let index = 0; index < this.#dueAtMs.length; index += 1)
      if (this.#dueAt(index) < earliest && this.#ledger.isOpen(index)) earliest = this.#dueAt(index);
    return earliest + answerSlackMs;
  }

  #failLate(): void {
    const now = this.#host.clock.monotonicMs();
    for (const index of this.#ledger.open) {
      if (this.#dueAt(index) + answerSlackMs > now) continue;
      const fault = this.#late(index);
      this.#note(fault.message, [index]);
      this.#last(index, fault);
    }
    if (this.#ledger.done) this.#finished();
  }

  #failOpen(faultOf: (item: WorkItem) => Fault): void {
    for (const index of this.#ledger.open) if (this.#listened) this.#last(index, faultOf(this.#itemAt(index)));
    if (this.#ledger.done) this.#finished();
  }

  #last(index: number, fault: Fault): void {
    this.#ledger.close(index);
    this.#listener.onAnswer(this.#protocol.failed(fault, index));
  }

  #late(index: number): Fault {
    return lateFault(this.#host, this.#dueAt(index) - this.#startedAtMs);
  }

  #afterLast(bytes: Uint8Array): void {
    let late = 0;
    const counting: AnswerTaker<Answer> = {
      answer: () => {
        late += 1;
      },
      progress: () => {},
    };
    try {
      this.#reader.read(bytes, counting);
    } catch {
      late += 1;
    }
    if (late > 0) this.#note(`it sent ${late} answers after their items were over`);
  }

  /** True where the module lacked the settings of these items, and has them now. Asked once. */
  async #configured(error: unknown): Promise<boolean> {
    if (this.#configuredAgain || !(error instanceof OcelliError) || error.code !== "precondition") return false;
    this.#configuredAgain = true;
    return this.#host.configureAgain(this.#revisions(), this.#over.signal);
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
