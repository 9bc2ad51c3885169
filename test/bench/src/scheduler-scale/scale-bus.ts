import { type Bus, openBus } from "@ocelli/bus";
import { systemClock } from "@ocelli/runtime";

/** One partition: then one scheduler leads everything, and has begun once the first task comes. */
export const partitions = 1;

const log = { info() {}, warn() {}, debug() {} };

/** The mesh of the scheduler rows, for the bench and its programs. */
export async function openScaleBus(url: string, name: string, signal: AbortSignal): Promise<Bus> {
  const settings = {
    urls: [url],
    prefix: "ocelli",
    name,
    partitions,
    replicas: 1,
    retentionMs: 24 * 3_600_000,
    retentionBytes: 1024 * 1024 * 1024,
  };
  return await openBus(settings, { clock: systemClock, log }, signal);
}
