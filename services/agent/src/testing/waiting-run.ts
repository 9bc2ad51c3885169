import type { PairRegister } from "@ocelli/model";
import type { WaitingRun } from "../domain/spool.js";

const idleRegister: PairRegister = {
  plugin: "p",
  resourceId: "r",
  running: false,
  agentId: "a",
  attempt: "attempt",
  fence: 4,
  leaseMs: 0,
  slotAtMs: 1_000_000,
  startedAtMs: 1_000_001,
  finishedAtMs: 1_000_500,
  status: "success",
  state: new Uint8Array([1, 2]),
};

/** A run that waits, recognisable by its number. */
export function waitingRun(number: number, overrides: Partial<WaitingRun> = {}): WaitingRun {
  return {
    kind: "polling",
    key: `p.r${number}`,
    partition: 0,
    parts: [Buffer.from(`result ${number}`)],
    register: { ...idleRegister, resourceId: `r${number}`, attempt: `attempt ${number}` },
    revision: number,
    ...overrides,
  };
}
