import { type PairId, type RegisterSeen, slotAfter } from "@ocelli/model";
import { busyText } from "./device-words.js";
import { FirstOf } from "./first-of.js";
import { type MissReason, missReasonOf } from "./miss-reason.js";
import { slotStates } from "./pair-table.js";
import type { Partition } from "./partition.js";

/** One pair and its place in time, for people. Instants are epoch ms of the broker's clock; 0 means never. */
export interface PairView {
  readonly pair: PairId;
  readonly partition: number;
  readonly frequencyMs: number;
  readonly nextSlotAtMs: number;
  readonly seen: RegisterSeen | undefined;
  /** A slot whose task was sent and not taken yet; else 0. */
  readonly sentSlotAtMs: number;
  readonly lateMs: number;
  /** Why it is late, or not scheduled; empty if neither. */
  readonly reason: MissReason | `device_busy: ${string}` | "paused" | "never_ready" | "";
}

/** Which pairs. Empty texts mean all. */
export interface PairChoice {
  readonly plugin: string;
  readonly resourceId: string;
  readonly limit: number;
}

/** Younger slots are just on their way. */
const lateAfterMs = 1_000;
const firstWindowMs = 1_000;

interface Place {
  readonly partition: Partition;
  readonly id: number;
}

/** What is due next, soonest first. Looks ahead only as far as it must. */
export function listDue(partitions: readonly Partition[], choice: PairChoice, nowMs: number): PairView[] {
  let reachMs = 0;
  for (const partition of partitions)
    for (const ring of partition.rings()) reachMs = Math.max(reachMs, ring.frequencyMs);
  for (let windowMs = firstWindowMs; ; windowMs *= 4) {
    const views = dueWithin(partitions, choice, nowMs, Math.min(windowMs, reachMs));
    if (views.length >= choice.limit || windowMs >= reachMs) return views;
  }
}

function dueWithin(partitions: readonly Partition[], choice: PairChoice, nowMs: number, windowMs: number): PairView[] {
  const first = new FirstOf<Place & { atMs: number }>(choice.limit, (a, b) => a.atMs - b.atMs);
  for (const partition of partitions) {
    const { pairs } = partition;
    for (const ring of partition.rings()) {
      const toMs = nowMs + Math.min(windowMs, ring.frequencyMs);
      ring.due(nowMs, toMs, (id, atMs) => {
        if (atMs < pairs.firstAtMs(id) || !pairs.plugin(id)?.due || !isChosen(pairs.pair(id), choice)) return;
        first.offer({ partition, id, atMs });
      });
    }
  }
  return first.list().map(({ partition, id }) => viewOf(partition, id, nowMs));
}

/** What is late, latest first. */
export function listLate(partitions: readonly Partition[], limit: number, nowMs: number): PairView[] {
  const first = new FirstOf<Place & { atMs: number }>(limit, (a, b) => a.atMs - b.atMs);
  for (const partition of partitions) {
    for (const id of partition.pairs.plannedIds()) {
      const atMs = partition.pairs.openSlotAtMs.get(id);
      if (atMs > 0 && nowMs - atMs >= lateAfterMs) first.offer({ partition, id, atMs });
    }
  }
  return first.list().map(({ partition, id }) => viewOf(partition, id, nowMs));
}

/** The pairs of a plugin or a resource, ordered by both. */
export function listPairs(partitions: readonly Partition[], choice: PairChoice, nowMs: number): PairView[] {
  const first = new FirstOf<Place & { pair: PairId }>(choice.limit, (a, b) => comparePairs(a.pair, b.pair));
  for (const partition of partitions) {
    const { index, pairs } = partition;
    for (const plugin of choice.plugin === "" ? index.plugins() : [choice.plugin]) {
      const ids = choice.resourceId === "" ? index.pairsOf(plugin) : oneOf(partition, plugin, choice.resourceId);
      for (const [resourceId, id] of ids) {
        if (pairs.plugin(id)) first.offer({ partition, id, pair: { plugin, resourceId } });
      }
    }
  }
  return first.list().map(({ partition, id }) => viewOf(partition, id, nowMs));
}

function viewOf(partition: Partition, id: number, nowMs: number): PairView {
  const { pairs } = partition;
  const frequencyMs = pairs.frequencyMs.get(id);
  const openSlotAtMs = pairs.openSlotAtMs.get(id);
  const state = pairs.slotState.get(id);
  return {
    pair: pairs.pair(id),
    partition: partition.number,
    frequencyMs,
    nextSlotAtMs: slotAfter(Math.max(nowMs, pairs.firstAtMs(id) - 1), pairs.phaseMs.get(id), frequencyMs),
    seen: pairs.seen(id),
    sentSlotAtMs: state === slotStates.sending || state === slotStates.sent ? openSlotAtMs : 0,
    lateMs: openSlotAtMs > 0 ? Math.max(0, nowMs - openSlotAtMs) : 0,
    reason: reasonOf(partition, id, nowMs),
  };
}

function reasonOf({ pairs, gate }: Partition, id: number, nowMs: number): PairView["reason"] {
  const plugin = pairs.plugin(id);
  if (plugin?.paused) return "paused";
  if (plugin && !plugin.everReady) return "never_ready";
  if (pairs.openSlotAtMs.get(id) > 0) {
    const reason = missReasonOf(pairs.openReason.get(id));
    const device = reason === "device_busy" ? gate.standingOf(id) : undefined;
    return device ? `device_busy: ${busyText(device, nowMs)}` : reason;
  }
  return plugin && !plugin.ready ? "no_agent" : "";
}

function isChosen({ plugin, resourceId }: PairId, choice: PairChoice): boolean {
  return (
    (choice.plugin === "" || choice.plugin === plugin) && (choice.resourceId === "" || choice.resourceId === resourceId)
  );
}

function oneOf({ index }: Partition, plugin: string, resourceId: string): [string, number][] {
  const id = index.get(plugin, resourceId);
  return id === undefined ? [] : [[resourceId, id]];
}

function comparePairs(a: PairId, b: PairId): number {
  if (a.plugin !== b.plugin) return a.plugin < b.plugin ? -1 : 1;
  if (a.resourceId === b.resourceId) return 0;
  return a.resourceId < b.resourceId ? -1 : 1;
}
