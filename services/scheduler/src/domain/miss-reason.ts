/** Why a slot that was due did not run. The order is the numbering in columns: new reasons go last. */
export const missReasons = [
  "running",
  "not_taken",
  "no_agent",
  "agent_lost",
  "broker_away",
  "scheduler_away",
  "too_soon",
  "device_busy",
] as const;

export type MissReason = (typeof missReasons)[number];

/** Why slots passed that nobody looked at in time. */
export type GapReason = "broker_away" | "scheduler_away";

export function missReasonNumber(reason: MissReason): number {
  return missReasons.indexOf(reason);
}

/** The reason of that name. A newer version may have named one that is not known here. */
export function missReasonNamed(name: string): MissReason {
  return missReasons.find((reason) => reason === name) ?? "scheduler_away";
}

export function missReasonOf(number: number): MissReason {
  return missReasons[number] ?? "not_taken";
}
