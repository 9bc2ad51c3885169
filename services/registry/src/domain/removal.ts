import type { ResourceRecord } from "@ocelli/model";
import type { DiscoveryAnswer } from "./discovery-parts.js";

export interface RemovalLimits {
  /** Share of a plugin's resources that one answer may remove, in percent. */
  readonly percent: number;
  /** So many may always be removed, whatever the share. */
  readonly floor: number;
}

export type RemovalVerdict =
  | { readonly kind: "remove"; readonly missing: readonly ResourceRecord[] }
  /** Too many at once: kept until somebody confirms, they reappear, or their ttl is over. */
  | { readonly kind: "hold"; readonly missing: readonly ResourceRecord[]; readonly percent: number }
  /** The answer says nothing about what is gone. */
  | { readonly kind: "keep"; readonly reason: string };

/** Decides about what a discovery did not name any more. Only an answer that is whole, says that it is complete, holds as
 *  many resources as it says, and is not empty, can remove anything; and only within the sites it covered.
 *  The share is counted over what the plugin had within these sites. */
export function judgeRemoval(
  answer: DiscoveryAnswer,
  invalid: number,
  own: readonly ResourceRecord[],
  limits: RemovalLimits,
): RemovalVerdict {
  const reason = whyIncomplete(answer, invalid);
  if (reason !== undefined) return { kind: "keep", reason };
  const scopes = new Set(answer.summary?.scopes ?? []);
  const covered = own.filter((record) => scopes.size === 0 || scopes.has(record.resource.site));
  if (answer.resources.length === 0) {
    if (covered.length === 0) return { kind: "remove", missing: [] };
    return { kind: "keep", reason: `it is empty, and an empty answer removes nothing (${covered.length} are kept)` };
  }
  const named = new Set(answer.resources.map((resource) => resource.id));
  const missing = covered.filter((record) => !named.has(record.resource.id));
  const percent = covered.length === 0 ? 0 : (100 * missing.length) / covered.length;
  if (missing.length > limits.floor && percent > limits.percent) return { kind: "hold", missing, percent };
  return { kind: "remove", missing };
}

function whyIncomplete({ summary, whole, failure, resources }: DiscoveryAnswer, invalid: number): string | undefined {
  if (failure !== "") return `it failed: ${failure}`;
  if (!whole) return "parts of it did not arrive";
  if (!summary) return "it ended without a summary";
  if (!summary.complete) return "it says that it did not see everything";
  if (summary.resources !== resources.length)
    return `it counts ${summary.resources} resources, and ${resources.length} arrived`;
  if (invalid > 0) return `${invalid} of its resources were refused`;
  return undefined;
}
