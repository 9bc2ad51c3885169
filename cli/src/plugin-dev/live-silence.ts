import type { Clock } from "@ocelli/model";
import { span } from "../display/span.js";

export interface SilenceDeps {
  readonly clock: Clock;
  readonly say: (sentence: string) => void;
}

/** How long a live plugin may find nothing before that is said, in ms; two of its intervals where that is longer. */
const leastPatienceMs = 10_000;

/** A live plugin that finds nothing any more: said once each time. */
export class LiveSilence {
  readonly #deps: SilenceDeps;
  readonly #live: { readonly name: string; readonly frequencyMs: number };
  #lastLiveMs: number;

  constructor(deps: SilenceDeps, live: { readonly name: string; readonly frequencyMs: number }) {
    this.#deps = deps;
    this.#live = live;
    this.#lastLiveMs = deps.clock.monotonicMs();
  }

  /** A live run came. */
  heard(): void {
    this.#lastLiveMs = this.#deps.clock.monotonicMs();
  }

  /** Watches until `signal` aborts, from now on. */
  async watch(signal: AbortSignal): Promise<void> {
    const { clock, say } = this.#deps;
    const { name, frequencyMs } = this.#live;
    const patienceMs = Math.max(leastPatienceMs, 2 * frequencyMs);
    this.heard();
    let saidOfMs: number | undefined;
    while (!signal.aborted) {
      await clock.sleep(patienceMs, signal);
      const silentMs = clock.monotonicMs() - this.#lastLiveMs;
      if (signal.aborted || silentMs < patienceMs || saidOfMs === this.#lastLiveMs) continue;
      saidOfMs = this.#lastLiveMs;
      say(`no live result of ${name} for ${span(silentMs)}; see "ocelli plugins show ${name}"`);
    }
  }
}
