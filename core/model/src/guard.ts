import { skewMs } from "./slot.js";
import type { PairRegister } from "./task.js";

/** What is known of a pair's register: its entry, its revision, and when the broker stored it (epoch ms). */
export interface RegisterSeen {
  readonly register: PairRegister;
  readonly revision: number;
  readonly storedAtMs: number;
}

/** Added to a lease before anybody takes over, in ms: covers a renewal on its way. */
export const leaseMarginMs = 2000;

export type GuardVerdict =
  /** May run now, with this revision to expect. `tookOverFrom` names an agent whose lease is over. */
  | { readonly kind: "open"; readonly revision: number; readonly tookOverFrom?: string }
  /** May not run before this instant (epoch ms of the broker's clock). */
  | { readonly kind: "too_soon"; readonly openAtMs: number }
  /** Runs, and its lease holds until this instant. */
  | { readonly kind: "running"; readonly leaseEndAtMs: number; readonly agentId: string };

/** When the run that a register tells of started, in epoch ms of the broker's clock; 0 if there was none. */
export function startedAtMs(seen: RegisterSeen): number {
  return seen.register.startedAtMs > 0 ? seen.register.startedAtMs : seen.storedAtMs;
}

/** Whether a pair may run at `brokerNowMs`. Pure: the register decides, and the claim repeats the decision by its revision. */
export function judge(seen: RegisterSeen | undefined, frequencyMs: number, brokerNowMs: number): GuardVerdict {
  if (!seen) return { kind: "open", revision: 0 };
  const { register, revision, storedAtMs } = seen;
  const openAtMs = startedAtMs(seen) + frequencyMs - skewMs(frequencyMs);
  if (register.running) {
    const leaseEndAtMs = storedAtMs + register.leaseMs + leaseMarginMs;
    if (brokerNowMs < leaseEndAtMs) return { kind: "running", leaseEndAtMs, agentId: register.agentId };
    if (brokerNowMs < openAtMs) return { kind: "too_soon", openAtMs };
    return { kind: "open", revision, tookOverFrom: register.agentId };
  }
  return brokerNowMs < openAtMs ? { kind: "too_soon", openAtMs } : { kind: "open", revision };
}
