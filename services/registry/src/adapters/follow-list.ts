import type { Clock } from "@ocelli/model";
import { Wake } from "./wake.js";

/** One step of following a list. */
export type ListChange<T> =
  | { readonly kind: "put"; readonly item: T }
  | { readonly kind: "delete"; readonly item: T }
  | { readonly kind: "caught_up" };

export interface FollowedList<T> {
  /** The list as it is now. Items that read the same as JSON are the same. */
  readonly list: () => readonly T[];
  readonly keyOf: (item: T) => string;
  /** Calls back on whatever may change the list; returns what ends that. */
  readonly listen: (changed: () => void) => () => void;
}

/** A list is looked at this often at most, and this often at least: leases run out without a word. In ms. */
const notMoreOftenMs = 200;
const atLeastEveryMs = 2_000;

/** The whole list, then what changes, until `signal` aborts. A reader that is slow misses steps, never the last state. */
export async function* followList<T>(
  { list, keyOf, listen }: FollowedList<T>,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<ListChange<T>> {
  const wake = new Wake(clock);
  const end = listen(wake.ring);
  const sent = new Map<string, { readonly item: T; readonly text: string }>();
  try {
    for (let first = true; !signal.aborted; first = false) {
      const now = new Map(list().map((item) => [keyOf(item), item]));
      for (const [key, { item }] of [...sent]) {
        if (now.has(key)) continue;
        sent.delete(key);
        yield { kind: "delete", item };
      }
      for (const [key, item] of now) {
        const text = JSON.stringify(item);
        if (sent.get(key)?.text === text) continue;
        sent.set(key, { item, text });
        yield { kind: "put", item };
      }
      if (first) yield { kind: "caught_up" };
      await clock.sleep(notMoreOftenMs, signal);
      await wake.wait(atLeastEveryMs, signal);
    }
  } finally {
    end();
  }
}
