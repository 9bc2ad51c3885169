import type { Codec } from "@ocelli/codec";
import { fromToken, messageOf, OcelliError, toToken } from "@ocelli/model";
import type { AckedPublisher } from "./acked-publisher.js";
import { type RawWatcher, type ReaderDeps, readBucket } from "./bucket-reader.js";
import type { BusLog } from "./ports.js";

export interface Entry<T, Key = string> {
  readonly key: Key;
  readonly value: T;
  readonly revision: number;
  /** Epoch ms of the broker's clock. */
  readonly storedAtMs: number;
}

export interface TableWatcher<T, Key = string> {
  put(entry: Entry<T, Key>): void;
  gone(key: Key, revision: number, storedAtMs: number): void;
  /** Everything there was has been told. Told again after a watch had to be rebuilt. */
  caughtUp(): void;
}

export type CasOutcome = { readonly kind: "done"; readonly revision: number } | { readonly kind: "moved" };

/** Between keys of the domain and keys of the bucket. */
export interface KeyCodec<Key> {
  encode(key: Key): string;
  decode(text: string): Key;
}

export const plainKey: KeyCodec<string> = { encode: toToken, decode: fromToken };

export const pairOfKeys: KeyCodec<readonly [string, string]> = {
  encode: ([first, second]) => `${toToken(first)}.${toToken(second)}`,
  decode: (text) => {
    const dot = text.indexOf(".");
    return [fromToken(text.slice(0, Math.max(0, dot))), fromToken(text.slice(dot + 1))];
  },
};

export interface TableDeps extends ReaderDeps {
  readonly publisher: AckedPublisher;
  readonly log: BusLog;
}

const rewatchMs = 500;

/** A typed KV bucket. Reads come from the stream's leader; nothing is ever decided on a read alone. */
export class Table<T, Key = string> {
  readonly #deps: TableDeps;
  readonly #bucket: string;
  readonly #codec: Codec<T>;
  readonly #keys: KeyCodec<Key>;

  constructor(deps: TableDeps, bucket: string, codec: Codec<T>, keys: KeyCodec<Key>) {
    this.#deps = deps;
    this.#bucket = bucket;
    this.#codec = codec;
    this.#keys = keys;
  }

  async get(key: Key): Promise<Entry<T, Key> | undefined> {
    const { jsm, brokerClock } = this.#deps;
    const found = await jsm.streams.getMessage(`KV_${this.#bucket}`, { last_by_subj: this.#subject(key) });
    if (!found) return undefined;
    const storedAtMs = found.time.getTime();
    brokerClock.observe(storedAtMs);
    const marker = found.header?.get("KV-Operation");
    if (marker === "DEL" || marker === "PURGE") return undefined;
    return { key, value: this.#codec.decode(found.data), revision: found.seq, storedAtMs };
  }

  /** The revision a compare-and-set has to expect: that of the entry or of the marker its removal left, 0 where there never was
   *  one. */
  async newestRevision(key: Key): Promise<number> {
    const found = await this.#deps.jsm.streams.getMessage(`KV_${this.#bucket}`, { last_by_subj: this.#subject(key) });
    return found?.seq ?? 0;
  }

  /** Writes whatever is there. Returns the revision; throws `unavailable` where the broker does not answer. */
  async put(key: Key, value: T): Promise<number> {
    const outcome = await this.#deps.publisher.publish(this.#subject(key), this.#codec.encode(value));
    if (outcome.kind === "stored") return outcome.sequence;
    throw this.#unavailable(outcome.kind === "unanswered" ? outcome.reason : outcome.kind);
  }

  /** Writes only if the entry is still at `revision`; 0 means: if there never was one. */
  async update(key: Key, value: T, revision: number): Promise<CasOutcome> {
    return this.#cas(
      await this.#deps.publisher.publish(this.#subject(key), this.#codec.encode(value), { expectedSequence: revision }),
    );
  }

  /** Writes only if there is no entry, whether there never was one or it was removed. */
  async create(key: Key, value: T): Promise<CasOutcome> {
    const fresh = await this.update(key, value, 0);
    if (fresh.kind === "done") return fresh;
    const { jsm } = this.#deps;
    const found = await jsm.streams.getMessage(`KV_${this.#bucket}`, { last_by_subj: this.#subject(key) });
    if (!found?.header?.get("KV-Operation")) return { kind: "moved" };
    return this.update(key, value, found.seq);
  }

  /** Removes the entry; with a revision only if it is still at that. Removing what is not there is fine. */
  async remove(key: Key, revision?: number): Promise<CasOutcome> {
    const options = revision === undefined ? {} : { expectedSequence: revision };
    const publish = this.#deps.publisher.publish(this.#subject(key), new Uint8Array(), {
      ...options,
      kvOperation: "DEL",
    });
    return this.#cas(await publish);
  }

  /** Tells everything there is, then changes, until `signal` aborts. Rebuilds itself after whatever happens to the broker:
   *  the whole is told again then, and entries that did not change carry the revision they had. */
  watch(watcher: TableWatcher<T, Key>, signal: AbortSignal): Promise<void> {
    const codec = this.#codec;
    const keys = this.#keys;
    const passOver = (key: string, error: unknown): void => {
      const fields = { bucket: this.#bucket, key, reason: messageOf(error) };
      this.#deps.log.warn(fields, "entry cannot be read and is passed over");
    };
    return this.watchRaw(
      {
        put(text, bytes, revision, storedAtMs) {
          try {
            watcher.put({ key: keys.decode(text), value: codec.decode(bytes), revision, storedAtMs });
          } catch (error) {
            passOver(text, error);
          }
        },
        gone(text, revision, storedAtMs) {
          try {
            watcher.gone(keys.decode(text), revision, storedAtMs);
          } catch (error) {
            passOver(text, error);
          }
        },
        caughtUp: () => watcher.caughtUp(),
      },
      signal,
    );
  }

  /** The same with keys and values as they are stored, for those whom decoding costs too much. The watcher must not throw. */
  async watchRaw(watcher: RawWatcher, signal: AbortSignal): Promise<void> {
    const { log, clock } = this.#deps;
    while (!signal.aborted) {
      const reason = await readBucket(this.#deps, this.#bucket, watcher, signal).catch(messageOf);
      if (signal.aborted) return;
      log.debug({ bucket: this.#bucket, reason }, "watch ended and begins anew");
      await clock.sleep(rewatchMs, signal);
    }
  }

  #subject(key: Key): string {
    return `$KV.${this.#bucket}.${this.#keys.encode(key)}`;
  }

  #cas(outcome: Awaited<ReturnType<AckedPublisher["publish"]>>): CasOutcome {
    if (outcome.kind === "stored") return { kind: "done", revision: outcome.sequence };
    if (outcome.kind === "moved") return { kind: "moved" };
    throw this.#unavailable(outcome.kind === "unanswered" ? outcome.reason : outcome.kind);
  }

  #unavailable(reason: string): OcelliError {
    return new OcelliError("unavailable", `bucket ${this.#bucket} did not take a write: ${reason}`);
  }
}
