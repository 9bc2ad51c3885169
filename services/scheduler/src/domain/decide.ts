import { judge, type RegisterSeen, skewMs, startedAtMs } from "@ocelli/model";
import { patienceMs } from "./catch-up.js";

/** What a decision about one due slot rests on. Instants are epoch ms of the broker's clock. */
export interface DueSlot {
  readonly slotAtMs: number;
  readonly frequencyMs: number;
  readonly seen: RegisterSeen | undefined;
  /** Whether an agent that lives reports the plugin ready. */
  readonly ready: boolean;
  /** Whether the pair's device keeps it waiting. */
  readonly lags: boolean;
}

export type Decision =
  /** Ask for the run. `notBeforeAtMs` is for the agent, whose idea of the broker's clock may differ; it is never long ago, so that
   *  the agent sees what took its time on the way. */
  | { readonly kind: "send"; readonly notBeforeAtMs: number }
  /** Look again at that instant. If the next slot comes first, the slot is missed for that reason. */
  | { readonly kind: "hold"; readonly untilAtMs: number; readonly reason: "too_soon" | "running" }
  | { readonly kind: "miss"; readonly reason: "too_soon" | "no_agent" }
  /** A run that was asked for out of turn came so shortly before that it stands for the slot. */
  | { readonly kind: "covered" };

/** What two services may think apart about the broker's clock, in ms, without a run having to wait for it. */
const clocksDifferMs = 250;

/** How much later than its slot a run may start because of one out of turn, in skews: each interval makes up for one. */
const skewsToMakeUp = 4;

/** What to do about a slot that is due. A pair whose lease is over is simply open: taking over is the ordinary claim. */
export function decide(due: DueSlot, brokerNowMs: number): Decision {
  const { slotAtMs, frequencyMs, seen } = due;
  if (!due.ready) return { kind: "miss", reason: "no_agent" };
  const verdict = judge(seen, frequencyMs, brokerNowMs);
  switch (verdict.kind) {
    case "open":
      // A slot may be run before its time where nothing ran yet: then it is open from now on.
      return {
        kind: "send",
        notBeforeAtMs: Math.max(
          Math.min(slotAtMs, brokerNowMs),
          brokerNowMs - clocksDifferMs,
          openedAtMs(seen, frequencyMs),
        ),
      };
    case "running":
      return { kind: "hold", untilAtMs: verdict.leaseEndAtMs, reason: "running" };
    case "too_soon":
      return tooSoon(due, verdict.openAtMs);
  }
}

/** A slot waits for its guard as long as the pair can make up for it. Later than that it is lost, and the next is on time; after
 *  a run out of turn nothing is lost, for that run stands for the slot. */
function tooSoon(due: DueSlot, openAtMs: number): Decision {
  const { slotAtMs, frequencyMs, seen, lags } = due;
  const outOfTurn = isOutOfTurn(seen, due);
  const waitMs = outOfTurn ? skewsToMakeUp * skewMs(frequencyMs) : patienceMs(frequencyMs, lags);
  if (openAtMs <= slotAtMs + waitMs) return { kind: "hold", untilAtMs: openAtMs, reason: "too_soon" };
  return outOfTurn ? { kind: "covered" } : { kind: "miss", reason: "too_soon" };
}

/** Whether the run that is known was none of the pair's slots. */
function isOutOfTurn(seen: RegisterSeen | undefined, { slotAtMs, frequencyMs }: DueSlot): boolean {
  return seen !== undefined && (seen.register.slotAtMs - slotAtMs) % frequencyMs !== 0;
}

function openedAtMs(seen: RegisterSeen | undefined, frequencyMs: number): number {
  return seen ? startedAtMs(seen) + frequencyMs - skewMs(frequencyMs) : 0;
}
