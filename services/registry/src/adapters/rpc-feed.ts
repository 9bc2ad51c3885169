import { type Bus, tailEvents, tailResults } from "@ocelli/bus";
import { eventToProto, resultToProto } from "@ocelli/codec";
import { linkSignals, type MeshEvent, OcelliError, type Result } from "@ocelli/model";
import { Feed } from "@ocelli/proto/registry";
import { implement, type ServiceImplementation } from "@ocelli/rpc";

type FeedEntry =
  | { readonly kind: "result"; readonly value: Result }
  | { readonly kind: "event"; readonly value: MeshEvent };

/** What may wait for a slow reader, by a rough count of bytes. */
const waitingMaxBytes = 64 * 1024 * 1024;

export function feedService(bus: Pick<Bus, "link">): ServiceImplementation {
  return implement(Feed, {
    async *tail({ plugin, resourceId, sinceS, noResults, noEvents }, ctx) {
      using stop = linkSignals(ctx.signal, ctx.draining);
      const waiting = new Waiting(noResults && noEvents ? 0 : Number(!noResults) + Number(!noEvents));
      const options = { plugin, resourceId, sinceMs: sinceS * 1000 };
      const started = (): void => waiting.start();
      const tails: Promise<void>[] = [];
      const results = { started, entry: (value: Result) => waiting.push({ kind: "result", value }) };
      const events = { started, entry: (value: MeshEvent) => waiting.push({ kind: "event", value }) };
      if (!noResults) tails.push(tailResults(bus.link, options, results, stop.signal));
      if (!noEvents) tails.push(tailEvents(bus.link, options, events, stop.signal));
      const end = Promise.all(tails).then(
        () => waiting.end(undefined),
        (error: unknown) => waiting.end(new OcelliError("unavailable", "the broker ended the tail", { cause: error })),
      );
      try {
        yield* waiting.drain(stop.signal);
      } finally {
        stop.abort();
        await end;
      }
    },
  });
}

/** What came and was not read yet. Nothing of it is read before all tails stand. */
class Waiting {
  readonly #entries: FeedEntry[] = [];
  #bytes = 0;
  #missing: number;
  #ended: { readonly error: OcelliError | undefined } | undefined;
  #wake: () => void = () => {};

  constructor(tails: number) {
    this.#missing = tails;
  }

  start(): void {
    this.#missing -= 1;
    this.#wake();
  }

  push(entry: FeedEntry): void {
    if (this.#ended) return;
    this.#entries.push(entry);
    this.#bytes += roughBytes(entry);
    if (this.#bytes > waitingMaxBytes) {
      const message = `the reader is too slow: more than ${waitingMaxBytes >> 20} MiB wait for it`;
      this.end(new OcelliError("exhausted", message));
    }
    this.#wake();
  }

  end(error: OcelliError | undefined): void {
    this.#ended ??= { error };
    this.#wake();
  }

  async *drain(signal: AbortSignal) {
    const wake = (): void => this.#wake();
    signal.addEventListener("abort", wake, { once: true });
    try {
      let started = false;
      while (!signal.aborted) {
        if (!started && this.#missing <= 0) {
          started = true;
          yield { entry: { case: "started" as const, value: {} } };
        }
        for (const entry of started ? this.#take() : []) {
          if (entry.kind === "result") yield { entry: { case: "result" as const, value: resultToProto(entry.value) } };
          else yield { entry: { case: "event" as const, value: eventToProto(entry.value) } };
        }
        if (this.#ended?.error) throw this.#ended.error;
        if (this.#ended && this.#missing > 0) return;
        if (!this.#hasNews(started)) await this.#news(signal);
      }
    } finally {
      signal.removeEventListener("abort", wake);
    }
  }

  #take(): FeedEntry[] {
    this.#bytes = 0;
    return this.#entries.splice(0);
  }

  #hasNews(started: boolean): boolean {
    return started ? this.#entries.length > 0 : this.#missing <= 0;
  }

  #news(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (signal.aborted) resolve();
    });
  }
}

/** In the order of magnitude, without encoding anything. */
function roughBytes({ kind, value }: FeedEntry): number {
  if (kind === "event") return 500;
  const metrics = value.groups.reduce((sum, group) => sum + 100 + 50 * group.metrics.length, 0);
  const sets = value.sets.reduce((sum, set) => sum + set.dataJson.length, 0);
  return 500 + metrics + sets + 300 * (value.discovery?.resources.length ?? 0);
}
