import type { Task } from "@ocelli/model";

/** A task older than this share of its interval when somebody takes tasks again is left to the pair's next slot. */
const takenUpTo = 0.1;

/** A task that took longer than this to come to the broker, where a tenth of its interval is less, was held up by a broker that
 *  stood still. */
const onItsWayMs = 1_000;

/** After an agent began to take tasks, or the connection came back, so much passes until nothing piles up any more: modules
 *  start, and the machine has its hands full. */
const settlesWithinMs = 10_000;

/** What a task has to do with a time in which nobody took any. Instants are epoch ms of the broker's clock. */
export interface Queued {
  readonly queuedAtMs: number;
  /** Since when this agent takes tasks of the plugin over a connection that stands; NaN where that is not known. */
  readonly takingSinceMs: number;
}

/** When a task may start that piled up while all agents, or the broker, were away or stood still; 0 where it did not pile up. Were all of these
 *  started at once they would hit devices together, and again in every interval that follows: each waits as long again as it
 *  has waited, so that they come in no more densely than their slots did. A late start also holds up the pair's next slots,
 *  which make up for a twentieth of the interval each: what is too late is dropped, and the next slot is on time. */
export function backlogStart(
  task: Pick<Task, "kind" | "onDemand" | "slotAtMs" | "notBeforeAtMs" | "frequencyMs">,
  { queuedAtMs, takingSinceMs }: Queued,
  brokerNowMs: number,
): number | "too_late" {
  if (task.onDemand || task.kind === "discovery") return 0;
  const longestMs = task.frequencyMs * takenUpTo;
  const askedAtMs = Math.max(task.slotAtMs, task.notBeforeAtMs);
  if (queuedAtMs - askedAtMs > Math.max(onItsWayMs, longestMs)) return "too_late";
  if (!(brokerNowMs < takingSinceMs + settlesWithinMs)) return 0;
  const waits = queuedAtMs < takingSinceMs;
  const fromMs = waits ? takingSinceMs : brokerNowMs;
  const waitedMs = Math.max(0, fromMs - askedAtMs);
  if (waitedMs > longestMs) return waits ? "too_late" : 0;
  return fromMs + waitedMs;
}
