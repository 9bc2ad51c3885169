/** What several streams bring, as it comes. Leaving the loop leaves all of them. */
export async function* mergeStreams<T>(streams: readonly AsyncGenerator<T>[]): AsyncGenerator<T> {
  const next = async (stream: AsyncGenerator<T>) => ({ stream, step: await stream.next() });
  const pending = new Map(streams.map((stream) => [stream, next(stream)]));
  try {
    while (pending.size > 0) {
      const { stream, step } = await Promise.race(pending.values());
      if (step.done) {
        pending.delete(stream);
        continue;
      }
      yield step.value;
      pending.set(stream, next(stream));
    }
  } finally {
    for (const stream of pending.keys()) void stream.return(undefined);
  }
}
