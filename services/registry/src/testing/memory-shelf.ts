import type { Shelf, Stored, WriteOutcome } from "../domain/ports.js";

/** A table in memory, whose clock the test moves. `interfere` runs before each write, as somebody else would. */
export class MemoryShelf<T, Key = string> implements Shelf<T, Key> {
  readonly #entries = new Map<string, Stored<T, Key>>();
  #revision = 0;
  storedAtMs = 0;
  writes = 0;
  interfere: ((key: Key) => void) | undefined;
  down = false;

  get(key: Key): Stored<T, Key> | undefined {
    return this.#entries.get(JSON.stringify(key));
  }

  values(): Iterable<Stored<T, Key>> {
    return this.#entries.values();
  }

  /** What is there, by its key. */
  all(): T[] {
    return [...this.#entries.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { value }]) => value);
  }

  set(key: Key, value: T): void {
    this.#revision += 1;
    const entry = { key, value, revision: this.#revision, storedAtMs: this.storedAtMs };
    this.#entries.set(JSON.stringify(key), entry);
  }

  async put(key: Key, value: T, revision: number | undefined): Promise<WriteOutcome> {
    if (this.#refused(key, revision)) return "moved";
    this.set(key, value);
    return "done";
  }

  async remove(key: Key, revision: number): Promise<WriteOutcome> {
    if (this.#refused(key, revision)) return "moved";
    this.#entries.delete(JSON.stringify(key));
    return "done";
  }

  #refused(key: Key, revision: number | undefined): boolean {
    if (this.down) throw new Error("the broker does not answer");
    this.writes += 1;
    this.interfere?.(key);
    return this.get(key)?.revision !== revision;
  }
}
