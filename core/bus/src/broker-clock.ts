import type { Clock } from "@ocelli/model";

/** How long a sighting of the broker's clock counts, in ms: bounds what a fast local clock can add. */
const windowMs = 30_000;
/** How far the estimate may be ahead of a fresh probe before it is taken as a step of the broker's clock, in ms. */
const stepMs = 2_000;

/** An estimate of the broker's clock that is never ahead of it: the newest broker timestamps seen, plus monotonic time since.
 *  A stepped local clock changes nothing. */
export class BrokerClock {
  readonly #clock: Pick<Clock, "monotonicMs">;
  #offsetMs: number | undefined;
  #previousOffsetMs: number | undefined;
  #windowStartMs = 0;

  constructor(clock: Pick<Clock, "monotonicMs">) {
    this.#clock = clock;
  }

  /** Epoch ms of the broker's clock; NaN while it was never seen. */
  nowMs(): number {
    const offset = Math.max(
      this.#offsetMs ?? Number.NEGATIVE_INFINITY,
      this.#previousOffsetMs ?? Number.NEGATIVE_INFINITY,
    );
    return Number.isFinite(offset) ? Math.floor(this.#clock.monotonicMs() + offset) : Number.NaN;
  }

  /** A message that the broker stamped arrived. It may be old: then it says little, and does no harm. */
  observe(brokerAtMs: number): void {
    const monotonicMs = this.#clock.monotonicMs();
    const offset = brokerAtMs - monotonicMs;
    if (this.#offsetMs === undefined || monotonicMs - this.#windowStartMs > windowMs) {
      this.#previousOffsetMs = this.#offsetMs;
      this.#offsetMs = offset;
      this.#windowStartMs = monotonicMs;
    } else if (offset > this.#offsetMs) this.#offsetMs = offset;
  }

  /** Something that was stored after `sentMonotonicMs` carries this stamp. Also notices a broker clock that went back. */
  probe(brokerAtMs: number, sentMonotonicMs: number): void {
    const roundTripMs = this.#clock.monotonicMs() - sentMonotonicMs;
    if (this.nowMs() - brokerAtMs > stepMs + roundTripMs) {
      this.#offsetMs = undefined;
      this.#previousOffsetMs = undefined;
    }
    this.observe(brokerAtMs);
  }
}
