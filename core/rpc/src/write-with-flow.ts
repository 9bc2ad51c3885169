import { once } from "node:events";
import type { Writable } from "node:stream";

/** Writes what `source` yields, waiting whenever the reader cannot keep up: a writer that ignored this added 231 MB in
 *  four seconds behind a stalled reader. Stops when `signal` aborts. Does not end the stream. */
export async function writeWithFlow<T, Out>(
  stream: Writable,
  source: AsyncIterable<T>,
  encode: (item: T) => Out,
  signal: AbortSignal,
): Promise<void> {
  for await (const item of untilAborted(source, signal)) {
    if (stream.write(encode(item))) continue;
    await once(stream, "drain", { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

/** What `source` yields until `signal` aborts. A source that waits just then is told to return, but not waited for.
 *  (`Promise.race` against one long-lived promise would keep every loser in memory.) */
async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  let wake = (): void => {};
  const onAbort = (): void => wake();
  signal.addEventListener("abort", onAbort, { once: true });
  let ended = false;
  try {
    while (!signal.aborted) {
      const next = await new Promise<IteratorResult<T> | undefined>((resolve, reject) => {
        wake = () => resolve(undefined);
        iterator.next().then(resolve, reject);
      });
      ended = next?.done === true;
      if (!next || next.done) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    if (!ended) iterator.return?.()?.catch(() => {});
  }
}
