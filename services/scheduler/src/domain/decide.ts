import { judge, type RegisterSeen, skewMs, startedAtMs } from "@ocelli/model";

/** What a decision about one due slot rests on. Instants are epoch ms of the broker's clock. */
export interface DueSlot {
  readonly slotAtMs: number;
  readonly frequencyMs: number;
  readonly seen: RegisterSeen | undefined;
  /** Whether an agent that lives reports the plugin ready. */
  readonly ready: boolean;
}

export type Decision =
  /** Ask for the run. `notBeforeAtMs` is for the agent, whose idea of the broker's clock may differ. */
  | { readonly kind: "send"; readonly notBeforeAtMs: number }
  /** Look again at that instant. If the next slot comes first, the slot is missed for that reason. */
  | { readonly kind: "hold"; readonly untilAtMs: number; readonly reason: "too_soon" | "running" }
  | { readonly kind: "miss"; readonly reason: "too_soon" | "no_agent" };

/** What to do about a slot that is due. A pair whose lease is over is simply open: taking over is the ordinary claim. */
export function decide(due: DueSlot, brokerNowMs: number): Decision {
  const { slotAtMs, frequencyMs, seen } = due;
  if (!due.ready) return { kind: "miss", reason: "no_agent" };
  const verdict = judge(seen, frequencyMs, brokerNowMs);
  switch (verdict.kind) {
    case "open":
      return { kind: "send", notBeforeAtMs: Math.max(slotAtMs, openedAtMs(seen, frequencyMs)) };
    case "running":
      return { kind: "hold", untilAtMs: verdict.leaseEndAtMs, reason: "running" };
    case "too_soon":
      if (verdict.openAtMs >= slotAtMs + frequencyMs) return { kind: "miss", reason: "too_soon" };
      return { kind: "hold", untilAtMs: verdict.openAtMs, reason: "too_soon" };
  }
}

function openedAtMs(seen: RegisterSeen | undefined, frequencyMs: number): number {
  return seen ? startedAtMs(seen) + frequencyMs - skewMs(frequencyMs) : 0;
}
