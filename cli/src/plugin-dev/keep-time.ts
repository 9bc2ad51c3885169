import { type Clock, messageOf } from "@ocelli/model";
import type { BrokerTime } from "./broker-time.js";

export interface TimeDeps {
  readonly time: Pick<BrokerTime, "sync" | "nowMs">;
  readonly clock: Clock;
  readonly say: (sentence: string) => void;
  /** The time was asked for. */
  readonly onLook: () => void;
}

/** How often the broker's clock is asked for, in ms. */
const everyMs = 30_000;

/** How soon again where nobody is sure of it, in ms. */
const againMs = 2_000;

/** Keeps the broker's clock known until `signal` aborts, and says when it is lost and when it is found again. */
export async function keepTime({ time, clock, say, onLook }: TimeDeps, signal: AbortSignal): Promise<void> {
  let wasSure = true;
  while (!signal.aborted) {
    try {
      await time.sync();
    } catch (error) {
      if (time.nowMs() === undefined && !signal.aborted) say(messageOf(error));
    }
    const isSure = time.nowMs() !== undefined;
    if (wasSure && !isSure) say("no scheduler is sure of the broker's clock; the shadow waits");
    if (!wasSure && isSure) say("the broker's clock is known again; the shadow goes on");
    wasSure = isSure;
    onLook();
    await clock.sleep(isSure ? everyMs : againMs, signal);
  }
}
