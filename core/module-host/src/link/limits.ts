import type { ModuleLimits } from "@ocelli/model";

/** What a host offers unless it is told otherwise. */
export const hostLimits: ModuleLimits = { messageBytes: 4 * 1024 * 1024, itemsPerCall: 256, callsInFlight: 64 };

/** The lower of both sides, field by field. 0 means that a side has no wish. */
export function agreedLimits(host: ModuleLimits, module: ModuleLimits | undefined): ModuleLimits {
  const lower = (ours: number, theirs = 0): number => (theirs === 0 ? ours : Math.min(ours, theirs));
  return {
    messageBytes: lower(host.messageBytes, module?.messageBytes),
    itemsPerCall: lower(host.itemsPerCall, module?.itemsPerCall),
    callsInFlight: lower(host.callsInFlight, module?.callsInFlight),
  };
}
