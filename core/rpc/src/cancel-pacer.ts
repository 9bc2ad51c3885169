/** A receiver of HTTP/2 ends the whole session after about a thousand resets in a burst, and every neighbour's call with
 *  it. nghttp2 allows 1000 and gives back 33 a second: this stays well below. */
const burst = 400;
const perSecond = 20;

/** What can be cancelled. */
export interface Cancellable {
  cancel(): void;
}

/** Cancels calls of one channel no faster than the other side stands. */
export class CancelPacer {
  readonly #waiting = new Set<Cancellable>();
  #left = burst;
  #refill: NodeJS.Timeout | undefined;

  /** Cancels now or as soon as it may. The caller must not wait for it. */
  cancel(call: Cancellable): void {
    this.#waiting.add(call);
    this.#work();
  }

  /** The call has ended by itself: there is nothing to cancel any more. */
  ended(call: Cancellable): void {
    this.#waiting.delete(call);
  }

  /** Cancels what waits, as the channel is about to go anyway. */
  close(): void {
    clearInterval(this.#refill);
    for (const call of this.#waiting) call.cancel();
    this.#waiting.clear();
  }

  #work(): void {
    for (const call of this.#waiting) {
      if (this.#left === 0) break;
      this.#left -= 1;
      this.#waiting.delete(call);
      call.cancel();
    }
    this.#refill ??= setInterval(() => this.#tick(), 1000 / perSecond).unref();
  }

  #tick(): void {
    this.#left += 1;
    this.#work();
    if (this.#left < burst) return;
    clearInterval(this.#refill);
    this.#refill = undefined;
  }
}
