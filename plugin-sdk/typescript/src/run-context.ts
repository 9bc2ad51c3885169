import type { Log } from "./log.js";
import type { PollFault } from "./poll-fault.js";
import type { RunState } from "./state.js";

/** What every run knows. Hand it on as it is: signal and deadline are looked up when they are asked for, and a copy made with
 *  `{ ...ctx }` would lack them. */
export interface RunContext<Settings = unknown> {
  /** The plugin on whose behalf the run is: one module serves many. */
  readonly plugin: string;
  /** As the schema reads them. They never change within a run. */
  readonly settings: Settings;
  readonly log: Log;
  /** Aborts at the deadline, when the host cancels, and when it is gone. Pass it on to whatever waits. */
  readonly signal: AbortSignal;
  /** When the run must be over, on the clock of `performance.now()`. */
  readonly deadlineAtMs: number;
  /** Grows with every run of the pair. */
  readonly fence: number;
  /** The instant the run was due, in epoch ms. */
  readonly slotAtMs: number;
  /** How often the plugin runs against a resource. */
  readonly frequencyMs: number;
  readonly state: RunState;
  /** Asks for more time: the run expects to take `extendMs` from now on. The host grants it up to a cap of its own. */
  progress(extendMs: number): void;
  /** Adds a fault to an answer that still brings data. Throw the fault where there is none. */
  fault(fault: PollFault): void;
}

/** What a run against a resource knows besides. */
export interface ResourceContext<Settings = unknown> extends RunContext<Settings> {
  /** The facts of a namespace that came with the resource, or undefined. Of another resource where its id is given. */
  enrichment(namespace: string, resourceId?: string): unknown;
}

/** What a discovery knows besides. */
export interface DiscoverContext<Settings = unknown> extends RunContext<Settings> {
  /** One site could not be looked at: nothing of it is removed, and the discovery is not complete. */
  partial(scope: string, fault: PollFault): void;
  /** Names the sites that this run covers. Without it a complete run covers everything the plugin is the source of. */
  scopes(sites: readonly string[]): void;
}

/** What a sink knows when it opens. */
export interface SinkContext {
  readonly plugin: string;
  readonly log: Log;
  /** Aborts when the sink is about to be closed. */
  readonly signal: AbortSignal;
}
