import type { Bus, DeliveredResult } from "@ocelli/bus";
import { type Clock, messageOf } from "@ocelli/model";
import { NewsFilter } from "../domain/news-filter.js";
import type { FedRecord, SinkFeed } from "../domain/sink-driver.js";

export interface SinkFeedDeps {
  readonly bus: Pick<Bus, "results" | "events" | "mesh" | "positions">;
  readonly clock: Clock;
  /** A second copy, or the result of a run that a newer one overtook: left out. */
  readonly onStale: () => void;
  /** The place could not be kept; what was stored since will be sent again. */
  readonly onUnkept: (reason: string) => void;
}

const mostQueued = 1_000;
const mostQueuedBytes = 16 * 1024 * 1024;

/** The result stream for one sink, in order and without repetitions, from behind the place that the sink has stored. */
export async function busSinkFeed(deps: SinkFeedDeps, plugin: string, signal: AbortSignal): Promise<SinkFeed> {
  const { bus, clock } = deps;
  const queue: DeliveredResult[] = [];
  const news = new NewsFilter();
  let queuedBytes = 0;
  let wake = (): void => {};

  const reader = bus.results.follow(
    {
      behind: (await bus.positions.get(plugin))?.value ?? 0,
      free: () => (queuedBytes > mostQueuedBytes ? 0 : mostQueued - queue.length),
      onResult: (delivered) => {
        if (!news.isNew(delivered.head)) return deps.onStale();
        queue.push(delivered);
        queuedBytes += delivered.delivery.data.length;
        wake();
      },
      onGarbage: (delivery, reason) =>
        void bus.events.putAside(delivery.subject, delivery.data, reason).catch(() => undefined),
      onExpired: (from, to) => tellExpired(bus, plugin, from, to),
    },
    signal,
  );

  return {
    async next(limit, mostBytes, stop) {
      if (queue.length === 0) {
        const arrival = new Promise<void>((resolve) => {
          wake = resolve;
        });
        await Promise.race([arrival, clock.sleep(1_000, stop)]);
      }
      const batch = queue.splice(0, fitting(queue, limit, mostBytes));
      for (const { delivery } of batch) queuedBytes -= delivery.data.length;
      if (batch.length > 0) reader.kick();
      return batch.map((one) => fedRecord(deps, plugin, one));
    },
  };
}

/** How many of the first records fit; at least one where there is any. */
function fitting(queue: readonly DeliveredResult[], limit: number, mostBytes: number): number {
  let bytes = 0;
  let count = 0;
  for (const { delivery } of queue) {
    bytes += delivery.data.length;
    if (count === limit || (count > 0 && bytes > mostBytes)) break;
    count += 1;
  }
  return count;
}

function fedRecord(
  { bus, onUnkept }: SinkFeedDeps,
  plugin: string,
  { bytes, position, delivery }: DeliveredResult,
): FedRecord {
  return {
    record: { mesh: bus.mesh.id, position, resultBytes: bytes },
    commit: () => void bus.positions.put(plugin, position).catch((error: unknown) => onUnkept(messageOf(error))),
    putAside: (reason) => bus.events.putAside(delivery.subject, delivery.data, reason),
  };
}

function tellExpired(bus: Pick<Bus, "events">, plugin: string, from: number, to: number): void {
  const message = `${to - from + 1} results were no longer kept when the sink came to read them`;
  const attributes = { from: String(from), to: String(to) };
  bus.events.publish({ type: "sink.expired", plugin, resourceId: "", message, attributes });
}
