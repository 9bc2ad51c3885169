import type { Kind, PairRegister } from "@ocelli/model";

/** A run that is over and whose result waits for the broker: all that another process needs to finish it. */
export interface WaitingRun {
  readonly kind: Kind;
  /** The tokens of plugin and resource, with a dot between. */
  readonly key: string;
  readonly partition: number;
  /** Encoded results, in order. */
  readonly parts: readonly Uint8Array[];
  /** As the completion writes it. Its attempt is what the register is known again by. */
  readonly register: PairRegister;
  /** The register's revision as last heard of: a renewal may still have been on its way. */
  readonly revision: number;
}

/** A copy of a waiting run outside of memory. */
export interface KeptRun {
  /** The run needs no copy any more. Never throws; a second call does nothing. */
  done(): void;
}

/** Where waiting runs are copied to, so that they outlive the agent. */
export interface Spool {
  /** Undefined: it is full or broken, and memory alone has the run. Never throws. */
  keep(run: WaitingRun): KeptRun | undefined;
}

export const noSpool: Spool = { keep: () => undefined };

/** A register as it is found, as far as it matters here. */
export interface FoundRegister {
  readonly running: boolean;
  readonly attempt: string;
  readonly revision: number;
}

export type Completion =
  /** Write the completion, expecting this revision. */
  | { readonly kind: "write"; readonly revision: number }
  /** It was written, by the process that ran it. */
  | { readonly kind: "written" }
  /** Somebody took the pair over. */
  | { readonly kind: "taken_over" };

/** What is left to do for the register of a run of an earlier process. A renewal that was never heard of may have moved it: what
 *  counts is whether it still tells of that very claim. */
export function judgeCompletion(found: FoundRegister | undefined, attempt: string): Completion {
  if (found?.attempt !== attempt) return { kind: "taken_over" };
  return found.running ? { kind: "write", revision: found.revision } : { kind: "written" };
}

/** Whether a result is older than results are kept: nobody could tell whether it is stored, and no sink would wait for it. */
export function isExpired(finishedAtMs: number, brokerNowMs: number, keptForMs: number): boolean {
  return keptForMs > 0 && brokerNowMs - finishedAtMs > keptForMs;
}
