import type { Bus, DeliveredResult } from "@ocelli/bus";
import { type Clock, pairKey } from "@ocelli/model";
import type { FedRecord, SinkFeed } from "../domain/sink-driver.js";

const mostQueued = 1_000;

/** The result stream for one sink, in order and without repetitions: what was delivered before, a second copy of a part, and the
 *  result of a run that a newer one overtook are left out. */
export function busSinkFeed(
  bus: Pick<Bus, "results" | "events" | "mesh">,
  clock: Clock,
  plugin: string,
  onStale: () => void,
  signal: AbortSignal,
): SinkFeed {
  const queue: DeliveredResult[] = [];
  const newest = new Map<string, { fence: number; part: number }>();
  let lastPosition = 0;
  let wake = (): void => {};

  const isNews = ({ result, position }: DeliveredResult): boolean => {
    if (position <= lastPosition) return false;
    lastPosition = position;
    const key = pairKey({ plugin: result.plugin, resourceId: result.resource?.id ?? "" });
    const seen = newest.get(key);
    if (seen && (result.fence < seen.fence || (result.fence === seen.fence && result.part <= seen.part))) {
      onStale();
      return false;
    }
    newest.set(key, { fence: result.fence, part: result.part });
    return true;
  };

  const puller = bus.results.consume(
    {
      consumer: `sink-${plugin}`,
      kind: undefined,
      ack: "all",
      free: () => mostQueued - queue.length,
      onResult: (delivered) => {
        if (!isNews(delivered)) return;
        queue.push(delivered);
        wake();
      },
      onGarbage: (delivery, reason) =>
        void bus.events.putAside(delivery.subject, delivery.data, reason).catch(() => undefined),
    },
    signal,
  );

  return {
    async next(limit, stop) {
      if (queue.length === 0) {
        const news = new Promise<void>((resolve) => {
          wake = resolve;
        });
        await Promise.race([news, clock.sleep(1_000, stop)]);
      }
      const batch = queue.splice(0, limit).map((one) => fedRecord(bus, one));
      if (batch.length > 0) puller.kick();
      return batch;
    },
  };
}

function fedRecord(bus: Pick<Bus, "events" | "mesh">, { result, position, delivery }: DeliveredResult): FedRecord {
  return {
    record: { mesh: bus.mesh.id, position, result },
    commit: () => delivery.ack(),
    putAside: (reason) => bus.events.putAside(delivery.subject, delivery.data, reason),
  };
}
