import type { Clock } from "@ocelli/model";

export interface BrokerInstant {
  /** Epoch ms of the broker's clock, as a scheduler has it. */
  readonly brokerNowMs: number;
  /** False while the scheduler cannot be sure of it. */
  readonly brokerKnown: boolean;
}

interface Seen {
  readonly brokerMs: number;
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** How long an answer is good for, in ms. */
const goodForMs = 120_000;

/** By how much this machine's two clocks may drift apart before it counts as having slept, in ms. */
const sleptMs = 1_000;

/** The broker's clock, from the last word of a scheduler. */
export class BrokerTime {
  readonly #ask: () => Promise<BrokerInstant>;
  readonly #clock: Clock;
  #seen: Seen | undefined;

  constructor(ask: () => Promise<BrokerInstant>, clock: Clock) {
    this.#ask = ask;
    this.#clock = clock;
  }

  /** Throws where nobody answers; what was known holds on for a while. */
  async sync(): Promise<void> {
    const monotonicMs = this.#clock.monotonicMs();
    const wallMs = this.#clock.nowMs();
    const { brokerNowMs, brokerKnown } = await this.#ask();
    // Counted from before the question: rather too late than too early.
    this.#seen = brokerKnown ? { brokerMs: brokerNowMs, monotonicMs, wallMs } : undefined;
  }

  /** Epoch ms, at the latest; undefined while nobody is sure of it. */
  nowMs(): number | undefined {
    if (!this.#seen) return undefined;
    const { brokerMs, monotonicMs, wallMs } = this.#seen;
    const passedMs = this.#clock.monotonicMs() - monotonicMs;
    const driftMs = this.#clock.nowMs() - wallMs - passedMs;
    if (passedMs > goodForMs || Math.abs(driftMs) > sleptMs) return undefined;
    return brokerMs + passedMs;
  }
}
