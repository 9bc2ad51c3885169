import { statusFromProto } from "@ocelli/codec";
import type { RunStatus } from "@ocelli/proto/agent";
import { kindWord } from "../display/words.js";

/** One run on one agent. Instants are epoch ms of the broker's clock. */
export interface RunView {
  readonly agentId: string;
  readonly kind: string;
  readonly plugin: string;
  /** Empty for discovery. */
  readonly resourceId: string;
  readonly running: boolean;
  /** How it ended; empty while it runs. */
  readonly status: string;
  readonly message: string;
  /** How many metrics, sets or resources it found. */
  readonly found: number;
  readonly startedAtMs: number;
  readonly tookMs: number;
  readonly slotAtMs: number;
  readonly fence: number;
}

export function runView(run: RunStatus, agentId: string, running: boolean): RunView {
  return {
    agentId,
    kind: kindWord(run.kind),
    plugin: run.plugin,
    resourceId: run.resourceId,
    running,
    status: running ? "" : statusFromProto(run.status),
    message: run.message,
    found: run.found,
    startedAtMs: Number(run.startedAtMs),
    tookMs: run.tookMs,
    slotAtMs: Number(run.slotAtMs),
    fence: Number(run.fence),
  };
}
