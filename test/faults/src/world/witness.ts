import { type Bus, openBus, tailEvents } from "@ocelli/bus";
import type { MeshEvent, PairRegister } from "@ocelli/model";
import { systemClock } from "@ocelli/runtime";
import { silent } from "@ocelli/test-kit";
import { pause } from "../nemesis/schedule.js";
import { type Accepted, pairName, runName } from "../oracle/facts.js";
import type { Load } from "./load.js";

export interface LeaderChange {
  /** "partition-0", "registry", "sink.store-1". */
  readonly key: string;
  readonly holder: string;
  readonly atMs: number;
}

const dayMs = 24 * 3_600_000;

/** Follows what the mesh itself says, over a connection of its own: registers, results, leader leases and events. */
export class Witness {
  readonly bus: Bus;
  /** Completions that registers told of, by `plugin device fence`. */
  readonly #completed = new Map<string, Accepted>();
  /** Results in the stream. */
  #streamed: Accepted[] = [];
  readonly #claimed = new Map<string, number>();
  readonly #ranBy = new Map<string, string>();
  /** The newest fence of each pair in the stream. */
  readonly #newest = new Map<string, number>();
  #late = 0;
  #leaders: LeaderChange[] = [];
  readonly #ran = new Set<string>();
  readonly #registers = new Map<string, PairRegister>();
  readonly #plugins: ReadonlySet<string>;
  readonly #stop = new AbortController();
  #position = 0;

  private constructor(bus: Bus, plugins: ReadonlySet<string>) {
    this.bus = bus;
    this.#plugins = plugins;
  }

  static async open(urls: readonly string[], load: Load, plugins: ReadonlySet<string>, signal: AbortSignal) {
    const settings = {
      urls,
      prefix: "ocelli",
      name: "faults",
      partitions: load.partitions,
      replicas: load.brokers,
      retentionMs: 24 * 3_600_000,
      retentionBytes: 1024 << 20,
    };
    const bus = await openBus(settings, { clock: systemClock, log: silent }, signal);
    const witness = new Witness(bus, plugins);
    witness.#follow();
    return witness;
  }

  /** Results the mesh says it has: in the stream, or completed by their register. */
  accepted(): Accepted[] {
    return [...this.#streamed, ...this.#completed.values()];
  }

  /** Results in the stream behind one of a newer run of their pair. */
  get lateResults(): number {
    return this.#late;
  }

  /** When the broker stored the claim of each run, in epoch ms. Where the claim itself was not seen, for a register keeps only
   *  its newest entry, it is what the run's result says of it. */
  claimedAtMs(): ReadonlyMap<string, number> {
    return this.#claimed;
  }

  /** Which agent made each run, by the name of the run. */
  ranBy(): ReadonlyMap<string, string> {
    return this.#ranBy;
  }

  /** How many pairs of the polling plugins ran at least once. */
  get pairsThatRan(): number {
    return this.#ran.size;
  }

  /** The newest register of each pair, keyed `plugin resource`. */
  registers(): ReadonlyMap<string, PairRegister> {
    return this.#registers;
  }

  /** Who led what since when. */
  leaders(): readonly LeaderChange[] {
    return this.#leaders;
  }

  /** The holder of a leader lease as last seen: "scheduler-1/…"; empty where there is none. */
  leaderOf(key: string): string {
    return this.#leaders.findLast((change) => change.key === key)?.holder ?? "";
  }

  /** Up to where the results stream was read. */
  get position(): number {
    return this.#position;
  }

  /** Waits until everything in the results stream has been read, and gives the place of its end. */
  async readToTheEnd(signal: AbortSignal, withinMs = 30_000): Promise<number> {
    const { jsm, names } = this.bus.link;
    const untilMs = performance.now() + withinMs;
    for (;;) {
      const end = await jsm.streams.info(names.results).then(
        ({ state }) => state.last_seq,
        () => undefined,
      );
      if (end !== undefined && this.#position >= end) return end;
      if (performance.now() > untilMs)
        throw new Error(`the results stream was read to ${this.#position} of ${end} only`);
      await pause(100, signal);
    }
  }

  /** Every event that the mesh kept, or those of the last `sinceMs`. */
  async events(signal: AbortSignal, sinceMs = dayMs): Promise<MeshEvent[]> {
    const { jsm, names } = this.bus.link;
    const { state } = await jsm.streams.info(names.events);
    const found: MeshEvent[] = [];
    const stop = new AbortController();
    const options = { plugin: "", resourceId: "", sinceMs };
    let newsMs = performance.now();
    const entry = (event: MeshEvent): void => {
      found.push(event);
      newsMs = performance.now();
    };
    const reading = tailEvents(this.bus.link, options, { started() {}, entry }, stop.signal);
    const untilMs = performance.now() + 10_000;
    // Of a part of them nobody knows how many there are: they end where none comes any more.
    const isOver = (): boolean =>
      found.length >= state.messages || (sinceMs < dayMs && performance.now() - newsMs > 1_500);
    while (!isOver() && performance.now() < untilMs) await pause(20, signal);
    stop.abort();
    await reading;
    return found;
  }

  /** Drops what is known of runs of slots before that instant: what a long run was judged by already. */
  forgetBefore(atMs: number): void {
    const kept = this.#streamed.filter(({ slotAtMs }) => slotAtMs >= atMs);
    for (const [name, { slotAtMs }] of this.#completed) if (slotAtMs < atMs) this.#completed.delete(name);
    const names = new Set([...kept, ...this.#completed.values()].map(runName));
    for (const [name, claimedAtMs] of this.#claimed) {
      if (claimedAtMs >= atMs || names.has(name)) continue;
      this.#claimed.delete(name);
      this.#ranBy.delete(name);
    }
    for (const name of this.#ranBy.keys()) if (!this.#claimed.has(name)) this.#ranBy.delete(name);
    this.#streamed = kept;
    const newest = new Set([...new Map(this.#leaders.map((change) => [change.key, change])).values()]);
    this.#leaders = this.#leaders.filter((change) => change.atMs >= atMs || newest.has(change));
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.race([this.bus.close(), new Promise((resolve) => setTimeout(resolve, 2_000).unref())]);
  }

  #follow(): void {
    const { signal } = this.#stop;
    const ignore = (): void => {}; // a watch that ended is begun anew by the table itself
    for (const table of this.bus.registers) {
      table.watch({ put: (entry) => this.#onRegister(entry), gone() {}, caughtUp() {} }, signal).catch(ignore);
    }
    const onLease = ({
      key,
      value,
      storedAtMs,
    }: {
      key: string;
      value: { holder?: string };
      storedAtMs: number;
    }): void => {
      const holder = value.holder ?? "";
      if (this.leaderOf(key) !== holder) this.#leaders.push({ key, holder, atMs: storedAtMs });
    };
    this.bus.leases.watch({ put: onLease, gone() {}, caughtUp() {} }, signal).catch(ignore);
    this.bus.results.follow(
      {
        behind: 0,
        free: () => 1_000,
        onResult: ({ result, position }) => {
          this.#position = position;
          const { plugin, resource, fence, slotAtMs, startedAtMs, last, agentId } = result;
          if (!last || !resource || !this.#plugins.has(plugin)) return;
          const one = { plugin, device: resource.id, fence, slotAtMs };
          this.#ranBy.set(runName(one), agentId);
          // What a frozen holder brings too late is in the stream as well; sinks have to refuse it.
          if (fence < (this.#newest.get(pairName(one)) ?? 0)) {
            this.#late += 1;
            return;
          }
          this.#newest.set(pairName(one), fence);
          this.#streamed.push(one);
          if (!this.#claimed.has(runName(one))) this.#claimed.set(runName(one), startedAtMs);
        },
        onGarbage: ({ info }) => {
          this.#position = info.streamSequence;
        },
        onExpired: () => {},
      },
      signal,
    );
  }

  #onRegister({ value, revision, storedAtMs }: { value: PairRegister; revision: number; storedAtMs: number }): void {
    const { plugin, resourceId: device, running, fence, slotAtMs } = value;
    if (!this.#plugins.has(plugin)) return;
    this.#registers.set(`${plugin} ${device}`, value);
    // The claim itself has no fence yet: its own revision is the fence.
    if (running && fence === 0) {
      const run = runName({ plugin, device, fence: revision, slotAtMs });
      this.#claimed.set(run, storedAtMs);
      this.#ranBy.set(run, value.agentId);
    }
    if (running || fence === 0) return;
    this.#ran.add(`${plugin} ${device}`);
    const one = { plugin, device, fence, slotAtMs };
    this.#completed.set(runName(one), one);
  }
}
