import type { Bus, DeliveredTask } from "@ocelli/bus";
import type { TaskSource } from "../domain/intake.js";
import type { OfferedTask, RegisterPlace, RunTask } from "../domain/run-ports.js";

/** Tasks from the work queue. Bytes that are no task are put aside with the reason. */
export function busTasks(bus: Pick<Bus, "tasks" | "events">): TaskSource {
  return {
    take: ({ plugin, free, maxInFlight, onTask, onGarbage }, signal) =>
      bus.tasks.take(
        {
          plugin,
          free,
          maxInFlight,
          onTask: (delivered) => onTask(new TaskOffer(delivered)),
          onGarbage: (delivery, reason) => {
            onGarbage(reason);
            void bus.events.putAside(delivery.subject, delivery.data, reason).catch(() => undefined);
          },
        },
        signal,
      ),
  };
}

class TaskOffer implements OfferedTask {
  readonly task: RunTask;
  readonly place: RegisterPlace;
  readonly queuedAtMs: number;
  readonly #delivered: DeliveredTask;

  constructor(delivered: DeliveredTask) {
    this.task = delivered.task;
    this.place = delivered;
    this.queuedAtMs = delivered.queuedAtMs;
    this.#delivered = delivered;
  }

  get deliveries(): number {
    return this.#delivered.delivery.info.deliveries;
  }

  ack(): void {
    this.#delivered.delivery.ack();
  }

  retry(delayMs: number): void {
    this.#delivered.delivery.retry(delayMs);
  }
}
