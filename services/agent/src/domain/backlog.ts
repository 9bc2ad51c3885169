import type { Task } from "@ocelli/model";
import type { OfferedTask } from "./run-ports.js";

/** A task older than this share of its interval when somebody takes tasks again is left to the pair's next slot. */
const takenUpTo = 0.1;

/** A task that took longer than this to come to the broker, where a tenth of its interval is less, was held up by a broker that
 *  stood still. */
const onItsWayMs = 1_000;

/** After an agent began to take tasks, or the connection came back, so much passes until nothing piles up any more: modules
 *  start, and the machine has its hands full. */
const settlesWithinMs = 10_000;

/** When a task may start that piled up while all agents, or the broker, were away or stood still; 0 where it did not pile up.
 *  Were all of these started at once they would hit devices together, and again in every interval that follows: each waits as
 *  long again as it has waited, so that they come in no more densely than their slots did. A late start also holds up the pair's
 *  next slots, which make up for a twentieth of the interval each: what is too late is dropped, and the next slot is on time. So
 *  is what comes late from another agent, which died or was cut off with it. `takingSinceMs`: since when this agent takes tasks
 *  of the plugin over a connection that stands, in epoch ms of the broker's clock; NaN where that is not known. */
export function backlogStart(
  task: Pick<Task, "kind" | "onDemand" | "slotAtMs" | "notBeforeAtMs" | "frequencyMs">,
  queued: Pick<OfferedTask, "queuedAtMs" | "deliveries">,
  takingSinceMs: number,
  brokerNowMs: number,
): number | "too_late" {
  if (task.onDemand || task.kind === "discovery") return 0;
  const { queuedAtMs } = queued;
  const longestMs = task.frequencyMs * takenUpTo;
  const askedAtMs = Math.max(task.slotAtMs, task.notBeforeAtMs);
  if (queuedAtMs - askedAtMs > Math.max(onItsWayMs, longestMs)) return "too_late";
  if (queuedAtMs < takingSinceMs) {
    const waitedMs = takingSinceMs - askedAtMs;
    return waitedMs > longestMs ? "too_late" : takingSinceMs + Math.max(0, waitedMs);
  }
  const lateMs = Math.max(0, brokerNowMs - askedAtMs);
  if (lateMs > longestMs) return queued.deliveries > 1 ? "too_late" : 0;
  return brokerNowMs < takingSinceMs + settlesWithinMs ? brokerNowMs + lateMs : 0;
}
