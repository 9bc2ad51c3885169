import { type Clock, type LeaderLease, leaseMarginMs, messageOf } from "@ocelli/model";
import type { BusLog } from "./ports.js";
import type { Table } from "./table.js";

export interface LeaseOptions {
  readonly key: string;
  /** Unique for each start of a process. */
  readonly holder: string;
  readonly leaseMs: number;
}

export interface LeaseDeps {
  readonly leases: Table<LeaderLease>;
  readonly brokerNowMs: () => number;
  readonly clock: Clock;
  readonly log: BusLog;
}

const lookEveryMs = 500;

/** Runs `lead` whenever this process holds the lease, until `signal` aborts; the signal given to `lead` aborts as soon as the
 *  lease is lost or no longer certain: at 0.8 of it since the last renewal that the broker confirmed was *sent*. */
export async function holdLease(
  deps: LeaseDeps,
  options: LeaseOptions,
  lead: (lost: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const held = await acquire(deps, options, signal);
    if (!held) return;
    await leadWhileHeld(deps, options, held, lead, signal);
  }
}

interface Held {
  readonly revision: number;
  readonly sentAtMs: number;
}

/** Waits for the lease to be free or over, then takes it by compare-and-set. Undefined where `signal` aborted. */
async function acquire(deps: LeaseDeps, options: LeaseOptions, signal: AbortSignal): Promise<Held | undefined> {
  const { leases, clock, log } = deps;
  while (!signal.aborted) {
    try {
      const entry = await leases.get(options.key);
      const overAtMs = entry
        ? entry.storedAtMs + entry.value.leaseMs + (entry.value.leaseMs > 0 ? marginMs(options) : 0)
        : 0;
      if (!entry || deps.brokerNowMs() >= overAtMs) {
        const sentAtMs = clock.monotonicMs();
        const value = { holder: options.holder, leaseMs: options.leaseMs };
        const outcome = entry
          ? await leases.update(options.key, value, entry.revision)
          : await leases.create(options.key, value);
        if (outcome.kind === "done") return { revision: outcome.revision, sentAtMs };
      }
    } catch (error) {
      log.debug({ lease: options.key, reason: messageOf(error) }, "lease cannot be looked at");
    }
    await clock.sleep(lookEveryMs, signal);
  }
  return undefined;
}

function marginMs(options: LeaseOptions): number {
  return Math.min(leaseMarginMs, options.leaseMs / 4);
}

async function leadWhileHeld(
  deps: LeaseDeps,
  options: LeaseOptions,
  held: Held,
  lead: (lost: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const lost = new AbortController();
  const stop = (): void => lost.abort();
  signal.addEventListener("abort", stop, { once: true });
  deps.log.info({ lease: options.key }, "leads");
  const renewing = renew(deps, options, held, lost);
  try {
    await lead(lost.signal);
  } finally {
    lost.abort();
    signal.removeEventListener("abort", stop);
    const revision = await renewing;
    deps.log.info({ lease: options.key }, "leads no more");
    if (revision !== undefined) await letGo(deps, options, revision);
  }
}

/** Renews until the lease is lost or `lost` aborts. Returns the revision while it is still ours. */
async function renew(
  deps: LeaseDeps,
  options: LeaseOptions,
  held: Held,
  lost: AbortController,
): Promise<number | undefined> {
  const { leases, clock } = deps;
  const watchdogMs = Math.max(20, options.leaseMs / 15);
  let { revision, sentAtMs } = held;
  let nextAtMs = sentAtMs + options.leaseMs / 3;
  let pending = false;
  while (!lost.signal.aborted) {
    await clock.sleep(watchdogMs, lost.signal);
    const nowMs = clock.monotonicMs();
    if (nowMs - sentAtMs > options.leaseMs * 0.8) {
      lost.abort();
      return undefined;
    }
    if (pending || nowMs < nextAtMs || lost.signal.aborted) continue;
    pending = true;
    const value = { holder: options.holder, leaseMs: options.leaseMs };
    void leases
      .update(options.key, value, revision)
      .then(async (outcome) => {
        const ours = outcome.kind === "done" ? outcome : await ownEntry(leases, options);
        if (!ours) {
          lost.abort();
          return;
        }
        revision = ours.revision;
        if (outcome.kind === "done") sentAtMs = nowMs;
        nextAtMs = outcome.kind === "done" ? nowMs + options.leaseMs / 3 : nowMs;
      })
      .catch(() => undefined)
      .finally(() => {
        pending = false;
      });
  }
  return pending ? undefined : revision;
}

/** A renewal whose ack was lost has moved the entry itself: it is still ours, and goes on from there. */
async function ownEntry(leases: LeaseDeps["leases"], options: LeaseOptions): Promise<{ revision: number } | undefined> {
  const entry = await leases.get(options.key);
  return entry?.value.holder === options.holder ? entry : undefined;
}

async function letGo(deps: LeaseDeps, options: LeaseOptions, revision: number): Promise<void> {
  await deps.leases.update(options.key, { holder: "", leaseMs: 0 }, revision).catch(() => undefined);
}
