import type { CasOutcome, Entry, TableWatcher } from "@ocelli/bus";
import { aborted, type Clock, type LeaderLease, OcelliError } from "@ocelli/model";

/** The leases bucket in memory, with a broker that can be taken away. */
export class MemoryLeases {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry<LeaderLease>>();
  readonly #watchers = new Set<TableWatcher<LeaderLease>>();
  #revision = 0;
  isAway = false;
  /** How long the answer to a write takes. */
  answerAfterMs = 0;
  /** The next write is stored, and its answer lost. */
  loseNextAnswer = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async get(key: string): Promise<Entry<LeaderLease> | undefined> {
    this.#check();
    return this.#entries.get(key);
  }

  create(key: string, value: LeaderLease): Promise<CasOutcome> {
    return this.update(key, value, 0);
  }

  async update(key: string, value: LeaderLease, revision: number): Promise<CasOutcome> {
    this.#check();
    if ((this.#entries.get(key)?.revision ?? 0) !== revision) return { kind: "moved" };
    this.#revision += 1;
    const entry = { key, value, revision: this.#revision, storedAtMs: this.#clock.nowMs() };
    this.#entries.set(key, entry);
    for (const watcher of this.#watchers) watcher.put(entry);
    if (this.loseNextAnswer) {
      this.loseNextAnswer = false;
      throw new OcelliError("unavailable", "no answer");
    }
    const stored = this.#revision;
    if (this.answerAfterMs > 0) await this.#clock.sleep(this.answerAfterMs);
    return { kind: "done", revision: stored };
  }

  async watch(watcher: TableWatcher<LeaderLease>, signal: AbortSignal): Promise<void> {
    this.#watchers.add(watcher);
    await aborted(signal);
    this.#watchers.delete(watcher);
  }

  #check(): void {
    if (this.isAway) throw new OcelliError("unavailable", "away");
  }
}
