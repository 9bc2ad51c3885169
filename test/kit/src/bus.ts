import { type Bus, type BusLog, type BusSettings, openBus } from "@ocelli/bus";
import type { Clock } from "@ocelli/model";

/** The real clock, as far as tests may use it: to let real processes work. */
export const realClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener("abort", done, { once: true });
    }),
};

export const silent = { info() {}, warn() {}, debug() {} };

export function busSettings(url: string, overrides: Partial<BusSettings> = {}): BusSettings {
  return {
    urls: [url],
    prefix: "ocelli",
    name: "test",
    partitions: 1,
    replicas: 1,
    retentionMs: 3600_000,
    retentionBytes: 256 << 20,
    ...overrides,
  };
}

export async function openTestBus(
  url: string,
  overrides: Partial<BusSettings> = {},
  log: BusLog = silent,
): Promise<Bus> {
  return await openBus(busSettings(url, overrides), { clock: realClock, log }, new AbortController().signal);
}
