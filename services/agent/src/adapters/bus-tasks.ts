import type { Bus } from "@ocelli/bus";
import type { TaskSource } from "../domain/intake.js";

/** Tasks from the work queue. Bytes that are no task are put aside with the reason. */
export function busTasks(bus: Pick<Bus, "tasks" | "events">): TaskSource {
  return {
    take: ({ plugin, free, onTask, onGarbage }, signal) =>
      bus.tasks.take(
        {
          plugin,
          free,
          onTask: ({ task, partition, delivery }) =>
            onTask({ task, partition, ack: () => delivery.ack(), retry: (delayMs) => delivery.retry(delayMs) }),
          onGarbage: (delivery, reason) => {
            onGarbage(reason);
            void bus.events.putAside(delivery.subject, delivery.data, reason).catch(() => undefined);
          },
        },
        signal,
      ),
  };
}
