import type { Clock } from "@ocelli/model";

/** Sleepers whose instants lie this close together wake together, in ms. */
const tickMs = 5;

/** Sleeping for many: few timers, however many sleep. Nobody wakes before his time. */
export class SharedSleep {
  readonly #clock: Clock;
  readonly #bySignal = new WeakMap<AbortSignal, Map<number, Promise<void>>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves within some ms after `ms`, or as soon as `signal` aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    const tick = Math.ceil((nowMs + ms) / tickMs);
    const ticks = this.#bySignal.get(signal) ?? new Map<number, Promise<void>>();
    this.#bySignal.set(signal, ticks);
    const shared =
      ticks.get(tick) ?? this.#clock.sleep(tick * tickMs - nowMs, signal).then(() => void ticks.delete(tick));
    ticks.set(tick, shared);
    return shared;
  }
}
