import { setMaxListeners } from "node:events";
import type { BusLog, Table } from "@ocelli/bus";
import { type Clock, fnv1a, type LeaderLease, linkSignals, messageOf, type SlotAccount } from "@ocelli/model";
import type { Leadership } from "../domain/ports.js";
import { Nudge } from "./nudge.js";

export interface LeaseDeps {
  readonly leases: Pick<Table<LeaderLease>, "get" | "create" | "update" | "watch">;
  readonly brokerNowMs: () => number;
  readonly clock: Clock;
  readonly log: BusLog;
}

export interface LeaseOptions {
  readonly partitions: number;
  /** Unique for each start of a process. */
  readonly holder: string;
  readonly leaseMs: number;
}

/** Told of partitions that are gained and lost. */
export interface LeaseEvents {
  gained(leadership: Leadership): void;
  lost(partition: number): void;
  /** How far its slots are accounted for; undefined while nobody here has looked at them. */
  accountOf(partition: number): SlotAccount | undefined;
}

interface Held {
  revision: number;
  /** Monotonic ms at which the newest confirmed claim or renewal was sent. */
  sentAtMs: number;
  /** What whoever led before left. */
  readonly left: SlotAccount | undefined;
  /** The account is to be kept before it is time to renew. */
  readonly nudge: Nudge;
}

/** How long one that leads already waits for each partition it leads before it takes another one. */
const stepBackMs = 200;
const longestStepBackMs = 1_000;
/** The same where its leader just let a partition go: nobody looks at its slots until it is taken. */
const handoverStepBackMs = 25;

/** Competes for the leadership of all partitions. A leadership counts as certain for 0.8 of the lease since the last confirmed
 *  renewal was sent; where the broker is away longer it is suspended, and goes on if nobody took it meanwhile. */
export class PartitionLeases {
  readonly #deps: LeaseDeps;
  readonly #options: LeaseOptions;
  readonly #events: LeaseEvents;
  /** Partitions that are led or about to be taken. */
  #claims = 0;
  /** Wakes who waits for a partition, by its key. */
  readonly #lookAgain = new Map<string, Nudge>();

  constructor(deps: LeaseDeps, options: LeaseOptions, events: LeaseEvents) {
    this.#deps = deps;
    this.#options = options;
    this.#events = events;
  }

  /** Until `signal` aborts; then all that is led is let go, so that others need not wait. */
  async run(signal: AbortSignal): Promise<void> {
    using stop = linkSignals(signal);
    setMaxListeners(0, stop.signal);
    const following = this.#order().map((partition) => this.#follow(partition, stop.signal));
    await Promise.all([...following, this.#watch(stop.signal)]);
  }

  /** A partition that is let go is looked at at once. Where this is late or lost, looking now and then finds it as well. */
  async #watch(signal: AbortSignal): Promise<void> {
    const put = ({ key, value }: { readonly key: string; readonly value: LeaderLease }): void => {
      if (value.leaseMs === 0) this.#lookAgain.get(key)?.give();
    };
    await this.#deps.leases.watch({ put, gone: () => {}, caughtUp: () => {} }, signal);
  }

  /** Each process has an order of its own, so that several that start together do not want the same partitions first. */
  #order(): number[] {
    const { partitions, holder } = this.#options;
    const places = Array.from({ length: partitions }, (_, partition) => fnv1a(`${holder} ${partition}`));
    return [...places.keys()].sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  }

  async #follow(partition: number, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#deps;
    while (!signal.aborted) {
      const held = await this.#acquire(partition, signal);
      if (!held) return;
      log.info({ partition }, "leads a partition");
      const holds = (): boolean => clock.monotonicMs() - held.sentAtMs < this.#options.leaseMs * 0.8;
      this.#events.gained({ partition, left: held.left, holds, save: () => held.nudge.give() });
      const isOurs = await this.#keep(partition, held, signal);
      this.#claims -= 1;
      const account = this.#accountOf(partition, held);
      this.#events.lost(partition);
      log.info({ partition }, "leads a partition no more");
      if (isOurs) await this.#letGo(partition, held, account);
    }
  }

  async #acquire(partition: number, signal: AbortSignal): Promise<Held | undefined> {
    const { log } = this.#deps;
    const again = new Nudge();
    this.#lookAgain.set(keyOf(partition), again);
    while (!signal.aborted) {
      again.take();
      try {
        const held = await this.#tryAcquire(partition, signal);
        if (held) return held;
      } catch (error) {
        log.debug({ partition, reason: messageOf(error) }, "lease cannot be looked at");
      }
      if (!again.isGiven) await this.#inTime(again.given(), this.#options.leaseMs / 10, signal);
    }
    return undefined;
  }

  async #tryAcquire(partition: number, signal: AbortSignal): Promise<Held | undefined> {
    const { leases, clock } = this.#deps;
    const key = keyOf(partition);
    const entry = await leases.get(key);
    if (entry && !this.#isFree(entry)) return undefined;
    const stepMs = entry && this.#wasJustLetGo(entry) ? handoverStepBackMs : stepBackMs;
    const waitMs = Math.min(this.#claims * stepMs, longestStepBackMs);
    this.#claims += 1;
    try {
      await clock.sleep(waitMs, signal);
      if (signal.aborted) return undefined;
      const sentAtMs = clock.monotonicMs();
      // Where nothing is said of slots, the broker's stamp is the best that is known.
      const left = entry && (entry.value.account ?? { handledToMs: entry.storedAtMs, missed: [] });
      const value = this.#value(left);
      const outcome = entry ? await leases.update(key, value, entry.revision) : await leases.create(key, value);
      if (outcome.kind === "moved") return undefined;
      this.#claims += 1;
      return { revision: outcome.revision, sentAtMs, left, nudge: new Nudge() };
    } finally {
      this.#claims -= 1;
    }
  }

  /** Rather than before all of them stopped: who starts then shares with those that start a little later. */
  #wasJustLetGo({ value, storedAtMs }: { value: LeaderLease; storedAtMs: number }): boolean {
    return value.leaseMs === 0 && this.#deps.brokerNowMs() < storedAtMs + this.#options.leaseMs;
  }

  #isFree({ value, storedAtMs }: { value: LeaderLease; storedAtMs: number }): boolean {
    if (value.leaseMs === 0 || value.holder === this.#options.holder) return true;
    // A tenth more than it holds: its renewal may be on its way.
    return this.#deps.brokerNowMs() >= storedAtMs + value.leaseMs * 1.1;
  }

  /** Renews until `signal` aborts or somebody else has it, in time or when the account is to be kept. Says whether it is still ours. */
  async #keep(partition: number, held: Held, signal: AbortSignal): Promise<boolean> {
    const { clock } = this.#deps;
    const renewEveryMs = this.#options.leaseMs / 3;
    while (true) {
      const waitMs = Math.max(0, held.sentAtMs + renewEveryMs - clock.monotonicMs());
      if (!held.nudge.isGiven) await this.#inTime(held.nudge.given(), waitMs, signal);
      if (signal.aborted) return true;
      const startedAtMs = clock.monotonicMs();
      held.nudge.take();
      // An answer that stays away is not waited for: the next attempt finds out what became of this one.
      const renewing = this.#renew(partition, held);
      const outcome = await this.#inTime(renewing, renewEveryMs, signal);
      // Who lets go has to know the revision that a renewal on its way leaves.
      if (signal.aborted) return (await this.#inTime(renewing, renewEveryMs)) !== "lost";
      if (outcome === "lost") return false;
      if (outcome === "renewed") continue;
      held.nudge.give();
      await clock.sleep(Math.min(250, renewEveryMs - (clock.monotonicMs() - startedAtMs)), signal);
    }
  }

  /** Whatever comes first; nothing of the wait is left behind. */
  async #inTime<T>(work: Promise<T>, ms: number, signal?: AbortSignal): Promise<T | undefined> {
    using wait = linkSignals(signal);
    const slept = this.#deps.clock.sleep(ms, wait.signal).then(() => undefined);
    try {
      return await Promise.race([work, slept]);
    } finally {
      wait.abort();
    }
  }

  async #renew(partition: number, held: Held): Promise<"renewed" | "lost" | "unknown"> {
    const { leases, clock } = this.#deps;
    const sentAtMs = clock.monotonicMs();
    try {
      const value = this.#value(this.#accountOf(partition, held));
      const outcome = await leases.update(keyOf(partition), value, held.revision);
      if (outcome.kind === "done") {
        held.revision = Math.max(held.revision, outcome.revision);
        held.sentAtMs = Math.max(held.sentAtMs, sentAtMs);
        return "renewed";
      }
      const entry = await leases.get(keyOf(partition));
      if (entry && entry.value.holder !== this.#options.holder) return "lost";
      // An earlier renewal whose answer was lost: go on from there.
      if (entry) held.revision = Math.max(held.revision, entry.revision);
      return entry ? "unknown" : "lost";
    } catch {
      return "unknown";
    }
  }

  async #letGo(partition: number, held: Held, account: SlotAccount | undefined): Promise<void> {
    const value = { holder: "", leaseMs: 0, account };
    await this.#deps.leases.update(keyOf(partition), value, held.revision).catch(() => undefined);
  }

  /** What was left goes on as it is until somebody here looked at slots: who dies before that must not hide what nobody looked at. */
  #accountOf(partition: number, { left }: Held): SlotAccount | undefined {
    return this.#events.accountOf(partition) ?? left;
  }

  #value(account: SlotAccount | undefined): LeaderLease {
    return { holder: this.#options.holder, leaseMs: this.#options.leaseMs, account };
  }
}

function keyOf(partition: number): string {
  return `partition-${partition}`;
}
