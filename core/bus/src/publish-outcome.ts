import type { OcelliError } from "@ocelli/model";

/** How a publish into a stream ended. */
export type PublishOutcome =
  | { readonly kind: "stored"; readonly sequence: number }
  /** Another message is the newest of the subject. */
  | { readonly kind: "moved" }
  /** The subject holds as many messages as it may. */
  | { readonly kind: "full" }
  /** No word from the broker: it may or may not be stored. */
  | { readonly kind: "unanswered"; readonly reason: string };

/** Told once how a publish ended; an OcelliError where the broker refused for a reason that is not the caller's to expect. */
export type Settle = (outcome: PublishOutcome | OcelliError) => void;
