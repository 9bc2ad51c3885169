import type { Table } from "@ocelli/bus";
import type { Feed } from "../domain/ports.js";

/** A bucket as a feed: its whole state, and news of changes. Quiet until the whole is known, so that nothing looks gone that
 *  was not read yet; what is gone after a rebuilt watch is told by its delete marker. */
export function busFeed<T, Key>(
  table: Table<T, Key>,
  keyText: (key: Key) => string,
  signal: AbortSignal,
): Feed<T> & { readonly ended: Promise<void> } {
  const records = new Map<string, T>();
  const listeners = new Set<() => void>();
  let whole = false;
  const changed = (): void => {
    if (whole) for (const tell of [...listeners]) tell();
  };
  const ended = table.watch(
    {
      put: ({ key, value }) => {
        records.set(keyText(key), value);
        changed();
      },
      gone: (key) => {
        if (records.delete(keyText(key))) changed();
      },
      caughtUp: () => {
        whole = true;
        changed();
      },
    },
    signal,
  );
  return {
    ended,
    records: () => (whole ? [...records.values()] : []),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
