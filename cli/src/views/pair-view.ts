import { statusFromProto } from "@ocelli/codec";
import type { PairStatus } from "@ocelli/proto/scheduler";
import { ago, ahead, span } from "../display/span.js";
import type { Column } from "../output.js";

/** One plugin with one resource, and its place in time. Instants are epoch ms of the broker's clock; 0 means never. */
export interface PairView {
  readonly plugin: string;
  /** Empty for discovery. */
  readonly resourceId: string;
  readonly frequencyMs: number;
  readonly nextSlotAtMs: number;
  readonly running: boolean;
  readonly agentId: string;
  readonly lastStartedAtMs: number;
  readonly lastFinishedAtMs: number;
  readonly lastSlotAtMs: number;
  /** Empty where it never ended a run. */
  readonly lastStatus: string;
  /** A task that nobody took yet. */
  readonly sentSlotAtMs: number;
  readonly lateMs: number;
  /** Why it is late or not scheduled. */
  readonly reason: string;
  readonly partition: number;
}

export function pairView(pair: PairStatus): PairView {
  return {
    plugin: pair.plugin,
    resourceId: pair.resourceId,
    frequencyMs: pair.frequencyMs,
    nextSlotAtMs: Number(pair.nextSlotAtMs),
    running: pair.running,
    agentId: pair.agentId,
    lastStartedAtMs: Number(pair.lastStartedAtMs),
    lastFinishedAtMs: Number(pair.lastFinishedAtMs),
    lastSlotAtMs: Number(pair.lastSlotAtMs),
    lastStatus: pair.lastFinishedAtMs > 0n ? statusFromProto(pair.lastStatus) : "",
    sentSlotAtMs: Number(pair.sentSlotAtMs),
    lateMs: Number(pair.lateMs),
    reason: pair.reason,
    partition: pair.partition,
  };
}

/** Columns of a list of pairs; `nowMs` by the broker's clock. */
export function pairColumns(nowMs: number): Column<PairView>[] {
  return [
    { title: "plugin", of: ({ plugin }) => plugin },
    { title: "resource", of: ({ resourceId }) => resourceId || "-" },
    { title: "every", of: ({ frequencyMs }) => span(frequencyMs), align: "right" },
    { title: "next", of: (pair) => nextText(pair, nowMs) },
    { title: "late", of: ({ lateMs }) => (lateMs > 0 ? span(lateMs) : "-"), align: "right" },
    { title: "last run", of: (pair) => ago(pair.lastStartedAtMs, nowMs) },
    { title: "ended", of: ({ lastStatus }) => lastStatus || "-" },
    { title: "agent", of: ({ agentId }) => agentId || "-" },
    { title: "why", of: ({ reason }) => reasonText(reason) },
  ];
}

export function nextText({ running, sentSlotAtMs, nextSlotAtMs, reason }: PairView, nowMs: number): string {
  if (running) return "runs now";
  if (sentSlotAtMs > 0) return "sent";
  return reason === "paused" || reason === "never_ready" ? "-" : ahead(nextSlotAtMs, nowMs);
}

const reasons: Readonly<Record<string, string>> = {
  running: "its last run still goes on",
  not_taken: "no agent took the task yet",
  no_agent: "no agent runs the plugin",
  agent_lost: "the agent that ran it is gone",
  broker_away: "the broker was away",
  scheduler_away: "no scheduler was there",
  too_soon: "its guard is not open yet",
  device_busy: "its device is busy",
  paused: "the plugin is paused",
  never_ready: "no agent has ever run the plugin",
};

/** Why a pair is late or not scheduled, in words. What a newer scheduler says comes as it is. */
export function reasonText(reason: string): string {
  const [word = "", ...details] = reason.split(": ");
  const words = reasons[word];
  return words === undefined ? reason : [words, ...details].join(": ");
}
