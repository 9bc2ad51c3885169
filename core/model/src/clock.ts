/** Time as a port. Tests move it by hand; processes use the system's. */
export interface Clock {
  /** Wall-clock instant in epoch ms. For people and records, never for spans. */
  nowMs(): number;
  /** Monotonic ms since an arbitrary start. For spans, leases and deadlines. */
  monotonicMs(): number;
  /** Resolves after `ms`, or as soon as `signal` aborts (without an error: look at the signal). */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Chance as a port: a number in [0, 1). */
export type Random = () => number;
