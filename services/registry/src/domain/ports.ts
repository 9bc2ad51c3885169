import type { MeshEvent } from "@ocelli/model";

/** One entry of a table, with the revision to expect when it is written again. */
export interface Stored<T, Key = string> {
  readonly key: Key;
  readonly value: T;
  readonly revision: number;
  /** When the broker stored it, in epoch ms of its own clock. */
  readonly storedAtMs: number;
}

/** "moved": somebody else wrote the key since. What they wrote has been read again by then. */
export type WriteOutcome = "done" | "moved";

/** A table that is held in memory and written by compare-and-set. What was written is seen at once.
 *  `Kept` may leave out what is too big to hold. */
export interface Shelf<Kept, Key = string, Written = Kept> {
  get(key: Key): Stored<Kept, Key> | undefined;
  values(): Iterable<Stored<Kept, Key>>;
  /** `revision` undefined: the key must not be there. Throws `unavailable` where the broker does not answer. */
  put(key: Key, value: Written, revision: number | undefined): Promise<WriteOutcome>;
  remove(key: Key, revision: number): Promise<WriteOutcome>;
}

/** An event before it knows when and by whom it is told. */
export type EventDraft = Omit<MeshEvent, "atMs" | "from">;

/** Tells the mesh what changed. Never throws: an event that cannot be told is logged. */
export type Tell = (event: EventDraft) => void;

/** The broker's clock, in epoch ms. Undefined while it is not known: nothing expires then. */
export type BrokerNow = () => number | undefined;
