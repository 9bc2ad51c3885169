import type { Entry, Table } from "@ocelli/bus";
import type { Shelf, Stored, WriteOutcome } from "../domain/ports.js";

/** Told of each change, after it can be read. `entry` undefined: the key is gone; `before` is what it replaces. */
export type MirrorListener<Kept, Key> = (
  key: Key,
  entry: Stored<Kept, Key> | undefined,
  before: Stored<Kept, Key> | undefined,
) => void;

/** What a mirror needs of a table. */
export type MirroredTable<T, Key> = Pick<Table<T, Key>, "watch" | "get" | "create" | "update" | "remove">;

interface Place<Kept, Key> {
  readonly entry: Stored<Kept, Key>;
  /** In which telling of the whole it was seen last; a change between two tellings counts to the earlier. */
  readonly seenIn: number;
}

/** A table of the bus, held whole in memory: follows its watch, and shows own writes at once. `keep` may leave out what is
 *  too big to hold. Entries only ever move to newer revisions. */
export class Mirror<T, Key, Kept = T> implements Shelf<Kept, Key, T> {
  readonly #table: MirroredTable<T, Key>;
  readonly #keep: (value: T) => Kept;
  readonly #brokerNowMs: () => number;
  readonly #places = new Map<string, Place<Kept, Key>>();
  /** Revisions of removals whose word has not come back yet: older words about these keys say nothing. */
  readonly #removed = new Map<string, number>();
  readonly #listeners = new Set<MirrorListener<Kept, Key>>();
  /** Resolves once everything that was there at the start can be read. */
  readonly ready: Promise<void>;
  #becomeReady: () => void = () => {};
  #telling = 0;
  /** Whether the whole is certainly being told. A watch does not say that it starts anew, but within one telling and the changes
   *  after it revisions only rise. */
  #isTelling = true;
  /** The newest revision the watch has told of. */
  #watchedTo = 0;

  constructor(table: MirroredTable<T, Key>, keep: (value: T) => Kept, brokerNowMs: () => number) {
    this.#table = table;
    this.#keep = keep;
    this.#brokerNowMs = brokerNowMs;
    this.ready = new Promise((resolve) => {
      this.#becomeReady = resolve;
    });
  }

  get size(): number {
    return this.#places.size;
  }

  get(key: Key): Stored<Kept, Key> | undefined {
    return this.#places.get(textOf(key))?.entry;
  }

  *values(): Iterable<Stored<Kept, Key>> {
    for (const { entry } of this.#places.values()) yield entry;
  }

  /** Returns what ends the listening. */
  listen(listener: MirrorListener<Kept, Key>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Follows the table until `signal` aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    const watcher = {
      put: (entry: Entry<T, Key>) => {
        this.#watched(entry.revision);
        this.#put(entry);
      },
      gone: (key: Key, revision: number) => {
        this.#watched(revision);
        this.#gone(key, revision);
        if ((this.#removed.get(textOf(key)) ?? 0) <= revision) this.#removed.delete(textOf(key));
      },
      caughtUp: () => this.#caughtUp(),
    };
    await this.#table.watch(watcher, signal);
  }

  async put(key: Key, value: T, revision: number | undefined): Promise<WriteOutcome> {
    const outcome =
      revision === undefined ? await this.#table.create(key, value) : await this.#table.update(key, value, revision);
    if (outcome.kind === "moved") return this.#readAgain(key);
    this.#put({ key, value, revision: outcome.revision, storedAtMs: this.#brokerNowMs() || 0 });
    return "done";
  }

  async remove(key: Key, revision: number): Promise<WriteOutcome> {
    const outcome = await this.#table.remove(key, revision);
    if (outcome.kind === "moved") return this.#readAgain(key);
    if (this.#watchedTo < outcome.revision) this.#removed.set(textOf(key), outcome.revision);
    this.#gone(key, outcome.revision);
    return "done";
  }

  async #readAgain(key: Key): Promise<"moved"> {
    const entry = await this.#table.get(key);
    if (entry) this.#put(entry);
    else this.#forget(key);
    return "moved";
  }

  #put({ key, value, revision, storedAtMs }: Entry<T, Key>): void {
    const text = textOf(key);
    const removedAt = this.#removed.get(text);
    if (removedAt !== undefined && revision <= removedAt) return;
    const before = this.#places.get(text)?.entry;
    if (before && before.revision > revision) return;
    // The same revision again: what the broker says of its own clock is better than what was guessed at the write.
    const kept = before?.revision === revision ? before.value : this.#keep(value);
    const entry = { key, value: kept, revision, storedAtMs };
    this.#places.set(text, { entry, seenIn: this.#isTelling ? this.#telling : this.#telling - 1 });
    if (before?.revision !== revision) this.#tell(key, entry, before);
  }

  #gone(key: Key, revision: number): void {
    const entry = this.#places.get(textOf(key))?.entry;
    if (entry && entry.revision < revision) this.#forget(key);
  }

  #forget(key: Key): void {
    const text = textOf(key);
    const before = this.#places.get(text)?.entry;
    if (this.#places.delete(text)) this.#tell(key, undefined, before);
  }

  #watched(revision: number): void {
    if (revision <= this.#watchedTo) this.#isTelling = true;
    this.#watchedTo = revision;
  }

  /** After a watch was rebuilt the whole is told again: what was not in it is gone. Where it cannot be known whether something
   *  was in it, the table is asked. */
  #caughtUp(): void {
    const doubtful: Stored<Kept, Key>[] = [];
    for (const { entry, seenIn } of this.#places.values()) {
      if (seenIn >= this.#telling) continue;
      if (this.#isTelling && entry.revision <= this.#watchedTo) this.#forget(entry.key);
      else doubtful.push(entry);
    }
    this.#telling += 1;
    this.#isTelling = false;
    this.#becomeReady();
    void this.#settle(doubtful);
  }

  async #settle(doubtful: readonly Stored<Kept, Key>[]): Promise<void> {
    for (const { key, revision } of doubtful) {
      // Where the table does not answer the entry stays until the next telling.
      const found = await this.#table.get(key).catch(() => "unknown" as const);
      if (found === "unknown") continue;
      if (found) this.#put(found);
      else if (this.get(key)?.revision === revision) this.#forget(key);
    }
  }

  #tell(key: Key, entry: Stored<Kept, Key> | undefined, before: Stored<Kept, Key> | undefined): void {
    for (const listener of this.#listeners) listener(key, entry, before);
  }
}

function textOf(key: unknown): string {
  return typeof key === "string" ? key : JSON.stringify(key);
}
