import { statusToProto } from "@ocelli/codec";
import { startedAtMs } from "@ocelli/model";
import type { PairView } from "../domain/pair-views.js";

/** One pair as it travels. */
export function pairStatusOf(view: PairView) {
  const { pair, partition, frequencyMs, seen, reason } = view;
  const place = {
    plugin: pair.plugin,
    resourceId: pair.resourceId,
    partition,
    frequencyMs,
    reason,
    nextSlotAtMs: BigInt(view.nextSlotAtMs),
    sentSlotAtMs: BigInt(view.sentSlotAtMs),
    lateMs: BigInt(view.lateMs),
  };
  if (!seen) return place;
  const { register, revision } = seen;
  return {
    ...place,
    running: register.running,
    agentId: register.agentId,
    lastStartedAtMs: BigInt(startedAtMs(seen)),
    lastFinishedAtMs: BigInt(register.finishedAtMs),
    lastSlotAtMs: BigInt(register.slotAtMs),
    lastStatus: statusToProto(register.status),
    revision: BigInt(revision),
  };
}
