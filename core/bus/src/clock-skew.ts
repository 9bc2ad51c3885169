import type { Clock } from "@ocelli/model";
import type { BrokerClock } from "./broker-clock.js";
import type { BusLog } from "./ports.js";

/** A wall clock that is off by more is told of. */
const tellAboveMs = 2_000;

/** Compares the wall clock of this process with the broker's. Nothing in a mesh goes by it; but logs do, and whoever reads them. */
export class ClockSkew {
  readonly #brokerClock: Pick<BrokerClock, "nowMs">;
  readonly #clock: Pick<Clock, "nowMs">;
  readonly #log: BusLog;
  #isOff = false;

  constructor(brokerClock: Pick<BrokerClock, "nowMs">, clock: Pick<Clock, "nowMs">, log: BusLog) {
    this.#brokerClock = brokerClock;
    this.#clock = clock;
    this.#log = log;
  }

  /** How far the wall clock is ahead, in ms; undefined while the broker's clock was never seen. Says once when the two part,
   *  and once when they agree again. */
  measure(): number | undefined {
    const skewMs = Math.round(this.#clock.nowMs() - this.#brokerClock.nowMs());
    if (Number.isNaN(skewMs)) return undefined;
    const isOff = Math.abs(skewMs) > tellAboveMs;
    if (isOff && !this.#isOff) {
      this.#log.warn({ clockSkewMs: skewMs }, "this machine's clock and the broker's differ; slots go by the broker's");
    }
    if (!isOff && this.#isOff)
      this.#log.info({ clockSkewMs: skewMs }, "this machine's clock and the broker's agree again");
    this.#isOff = isOff;
    return skewMs;
  }
}
