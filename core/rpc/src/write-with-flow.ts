import { once } from "node:events";
import type { Writable } from "node:stream";
import { untilAborted } from "./until-aborted.js";

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
