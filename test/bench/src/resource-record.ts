import type { Resource, ResourceRecord } from "@ocelli/model";

/** A resource that was seen at `nowMs` for the first time, and stays. */
export function recordOf(resource: Resource, nowMs: number): ResourceRecord {
  return {
    resource,
    source: "",
    firstSeenAtMs: nowMs,
    seenAtMs: nowMs,
    endpointSinceAtMs: nowMs,
    expiresAtMs: 0,
    heldForRemoval: false,
  };
}
