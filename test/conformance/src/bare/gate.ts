import { status } from "@grpc/grpc-js";
import type { Breaks } from "../mutants.js";
import { Refusal } from "./grpc.js";

/** Counts calls, and lets a drain wait for them. */
export class Gate {
  /** Aborts when what still runs has to end. */
  readonly cancelled = new AbortController();
  draining = false;
  readonly #breaks: Breaks;
  #inFlight = 0;
  #leaked = 0;
  #idle: (() => void)[] = [];

  constructor(breaks: Breaks) {
    this.#breaks = breaks;
  }

  /** Lets a call in, or refuses it. What it returns lets it out again. */
  enter(signal: AbortSignal): () => void {
    if (this.draining && !this.#breaks("drain-takes-work")) throw new Refusal(status.UNAVAILABLE, "draining");
    const most = this.#breaks("counts-calls-wrong") ? 32 : 64;
    const places = this.#breaks("counts-calls-wrong") || this.#breaks("leaks-on-cancel");
    const leaked = this.#breaks("leaks-on-cancel") ? this.#leaked : 0;
    if (places && this.#inFlight + leaked >= most) throw new Refusal(status.RESOURCE_EXHAUSTED, "too many calls");
    this.#inFlight += 1;
    return () => {
      if (signal.aborted) this.#leaked += 1;
      this.#inFlight -= 1;
      if (this.#inFlight === 0) for (const wake of this.#idle.splice(0)) wake();
    };
  }

  /** What a host asks for. */
  async drainAsAsked(graceMs: number): Promise<void> {
    if (this.#breaks("drain-ends-work")) this.cancelled.abort();
    if (this.#breaks("drain-says-yes")) this.draining = true;
    else await this.drain(graceMs);
  }

  /** Takes no new work; resolves when all is done, at the latest after the grace period. */
  async drain(graceMs: number): Promise<void> {
    this.draining = true;
    if (this.#inFlight > 0) {
      await new Promise<void>((resolve) => {
        this.#idle.push(resolve);
        if (!this.#breaks("drain-for-ever")) setTimeout(resolve, graceMs);
      });
    }
    this.cancelled.abort();
  }
}
