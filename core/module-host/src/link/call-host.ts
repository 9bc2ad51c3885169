import type { Clock, ModuleLimits } from "@ocelli/model";
import type { CallSlots } from "./call-slots.js";

/** One plugin with the revision of its settings that work is done with. */
export interface PluginRevision {
  readonly plugin: string;
  readonly revision: string;
}

/** What a call needs from the link it is made on. */
export interface CallHost {
  /** Name and version of the module, for sentences. */
  readonly title: string;
  readonly clock: Clock;
  readonly limits: ModuleLimits;
  readonly slots: CallSlots;
  /** Sent with every call. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly repeatIsHarmless: boolean;
  /** Gives the module settings it says it lacks. False where they are not the newest any more. */
  configureAgain(revisions: readonly PluginRevision[], signal: AbortSignal): Promise<boolean>;
  /** Why the module went away, where it is known; waits a moment for the news. */
  lossReason(): Promise<string | undefined>;
  /** The module could not be reached. */
  lost(sentence: string): void;
  /** Something was wrong, but the module goes on. */
  note(plugins: readonly string[], sentence: string): void;
  /** The module goes on with what it should have ended. */
  overran(sentence: string): void;
  /** A call failed as a whole, and one of these plugins may be to blame. */
  blame(plugins: readonly string[]): void;
  /** Looks, in the background, whether the module still answers after a call was cancelled. */
  probe(): void;
}

/** How the caller follows a call while it runs. */
export interface WorkOptions {
  /** How many more ms an item that asks for `extendMs` gets from now on, 0 for none. `item` is 0 for a discovery. */
  readonly grant?: (item: number, extendMs: number) => number;
}

/** After its deadline, how long an answer may still be on its way before the item counts as late, in ms. */
export const answerSlackMs = 250;

/** After its deadline, how long a call may go on before the module counts as one that ignores it, in ms. */
export const ignoreAfterMs = 2_000;
