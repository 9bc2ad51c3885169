import type { Random } from "@ocelli/model";

/** Where one module stands. Instants are on the monotonic clock; `failures` counts those since it was last good for long. */
export type ModuleState =
  | { readonly kind: "starting"; readonly failures: number }
  | { readonly kind: "up"; readonly failures: number; readonly sinceMs: number }
  /** It will be started again. */
  | {
      readonly kind: "waiting";
      readonly failures: number;
      readonly untilMs: number;
      readonly reason: string;
      readonly absent: boolean;
    }
  /** It is being ended by force, because of `reason`. */
  | { readonly kind: "killing"; readonly failures: number; readonly sinceMs: number; readonly reason: string }
  | { readonly kind: "stopped" };

export type ModuleEvent =
  | { readonly kind: "started" }
  | { readonly kind: "start_failed"; readonly reason: string; readonly absent: boolean }
  | { readonly kind: "ended"; readonly reason: string }
  | { readonly kind: "stuck"; readonly reason: string }
  | { readonly kind: "waited" }
  | { readonly kind: "stop" };

/** What is to be done. `stop` lets it finish its work. */
export type ModuleOrder = "start" | "wait" | "kill" | "stop" | "nothing";

export interface Supervised {
  readonly state: ModuleState;
  readonly order: ModuleOrder;
}

const firstWaitMs = 1_000;
const longestWaitMs = 60_000;

/** Up for this long, a module counts as good: its next failure is a first one. */
const goodAfterMs = 10 * 60_000;

export const firstState: ModuleState = { kind: "starting", failures: 0 };

/** How long to wait after so many failures in a row: 1 s, doubled each time up to a minute, give or take a fifth so that
 *  modules that fell together do not start together. */
export function backOffMs(failures: number, random: Random): number {
  const baseMs = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.max(0, failures - 1));
  return Math.round(baseMs * (0.8 + 0.4 * random()));
}

/** Decides what becomes of a module after an event. Events that come too late change nothing. */
export function supervise(state: ModuleState, event: ModuleEvent, nowMs: number, random: Random): Supervised {
  if (state.kind === "stopped") return nothing(state);
  const wait = (failures: number, reason: string, absent: boolean): Supervised => {
    const untilMs = nowMs + backOffMs(failures, random);
    return { state: { kind: "waiting", failures, untilMs, reason, absent }, order: "wait" };
  };
  switch (event.kind) {
    case "started":
      if (state.kind !== "starting") return nothing(state);
      return nothing({ kind: "up", failures: state.failures, sinceMs: nowMs });
    case "start_failed":
      if (state.kind !== "starting") return nothing(state);
      return wait(state.failures + 1, event.reason, event.absent);
    case "ended": {
      if (state.kind !== "up" && state.kind !== "killing") return nothing(state);
      const failures = nowMs - state.sinceMs >= goodAfterMs ? 1 : state.failures + 1;
      return wait(failures, state.kind === "killing" ? state.reason : event.reason, false);
    }
    case "stuck": {
      if (state.kind !== "up") return nothing(state);
      const { failures, sinceMs } = state;
      return { state: { kind: "killing", failures, sinceMs, reason: event.reason }, order: "kill" };
    }
    case "waited":
      if (state.kind !== "waiting") return nothing(state);
      return { state: { kind: "starting", failures: state.failures }, order: "start" };
    case "stop":
      return { state: { kind: "stopped" }, order: state.kind === "up" ? "stop" : "nothing" };
  }
}

function nothing(state: ModuleState): Supervised {
  return { state, order: "nothing" };
}
