import { decodeTask, decodeTaskBatch, type WireTask } from "@ocelli/codec";
import type { Delivery } from "./delivery.js";
import { SharedDelivery } from "./shared-delivery.js";
import { isLane } from "./subjects.js";
import { pairOfKeys } from "./table.js";

/** A task on its way to be claimed. Ack it once the claim is decided, one way or the other. */
export interface DeliveredTask {
  readonly task: WireTask;
  readonly partition: number;
  readonly delivery: Delivery;
  /** When it was put into the queue, in epoch ms of the broker's clock. */
  readonly queuedAtMs: number;
  /** Plugin and resource as tokens with a dot between: the key of the register, and the end of the result's subject. */
  readonly key: string;
}

/** The tasks of a message of the queue: one of a pair, or all of a lane. Throws RangeError on bytes that are neither. */
export function tasksOf(subject: string, bytes: Uint8Array): readonly WireTask[] {
  if (!isLane(subject)) return [decodeTask(bytes, lastTokenOf(subject))];
  const tasks = decodeTaskBatch(bytes);
  if (tasks.length === 0) throw new RangeError("a batch without a task");
  return tasks;
}

/** The same of a message that was delivered, each task to be settled by itself. */
export function deliveredTasks(delivery: Delivery, partition: number, queuedAtMs: number): DeliveredTask[] {
  const { subject, data } = delivery;
  const tasks = tasksOf(subject, data);
  const [first] = tasks;
  if (first && !isLane(subject)) return [{ task: first, partition, delivery, queuedAtMs, key: keyIn(subject, first) }];
  const shared = new SharedDelivery(delivery, tasks.length);
  return tasks.map((task) => ({ task, partition, delivery: shared, queuedAtMs, key: keyOf(task) }));
}

/** The subject of a pair ends in plugin and resource: it spares making their texts anew. */
function keyIn(subject: string, task: WireTask): string {
  const id = lastTokenOf(subject);
  const key = subject.slice(subject.lastIndexOf(".", subject.length - id.length - 2) + 1);
  // An id of other characters is another text as a token.
  const asSubject = task.resourceId === id && key.startsWith(task.plugin) && !id.includes("=");
  return asSubject ? key : keyOf(task);
}

function keyOf({ plugin, resourceId }: WireTask): string {
  return pairOfKeys.encode([plugin, resourceId]);
}

function lastTokenOf(subject: string): string {
  return subject.slice(subject.lastIndexOf(".") + 1);
}
