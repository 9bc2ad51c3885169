import { messageOf, OcelliError } from "@ocelli/model";
import { failedCall, inWords } from "../wire/failed-call.js";

/** How a case went in one way of starting. */
export type Outcome =
  | { readonly kind: "passed"; readonly seen: string; readonly tookMs: number }
  | {
      readonly kind: "failed";
      readonly expected: string;
      readonly seen: string;
      readonly advice: string;
      readonly tookMs: number;
    }
  | { readonly kind: "not_applicable"; readonly reason: string };

/** Ends a case: the module broke its promise. */
export class Broken extends Error {
  /** What was wanted, where it is narrower than the promise of the case. */
  readonly expected: string | undefined;

  constructor(seen: string, expected?: string) {
    super(seen);
    this.name = "Broken";
    this.expected = expected;
  }
}

/** Ends a case that cannot be tried on this module, or in this way of starting. */
export class NotApplicable extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "NotApplicable";
  }
}

/** Ends a case unless `holds`. */
export function must(holds: boolean, seen: string, expected?: string): asserts holds {
  if (!holds) throw new Broken(seen, expected);
}

/** What a thrown value was, for the "seen" of a report. */
export function seenOf(error: unknown): string {
  if (!(error instanceof OcelliError)) return messageOf(error);
  return `the call failed with ${inWords(failedCall(error))}`;
}
