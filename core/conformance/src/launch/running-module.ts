import type { DescribeResponse, HandshakeResponse, Limits } from "@ocelli/proto/plugin";
import type { Timings } from "../engine/timings.js";
import type { Wire } from "../wire/wire.js";
import { openWire } from "../wire/wire.js";
import type { KitRegistry } from "./kit-registry.js";
import type { ModuleProcess } from "./module-process.js";

/** How a module came to run. */
export type Mode = "child" | "stand-alone" | "endpoint";

export interface ModuleLimits {
  readonly messageBytes: number;
  readonly itemsPerCall: number;
  readonly callsInFlight: number;
}

/** What the kit allows where a case does not say otherwise: what a host of Ocelli allows. */
export const kitLimits: ModuleLimits = { messageBytes: 4 * 1024 * 1024, itemsPerCall: 256, callsInFlight: 64 };

export interface ModuleParts {
  readonly mode: Mode;
  readonly target: string;
  readonly token: string | undefined;
  readonly joinToken: string | undefined;
  readonly launchId: string;
  readonly limits: ModuleLimits;
  /** Undefined where somebody else runs the module. */
  readonly process: ModuleProcess | undefined;
  readonly registry: KitRegistry | undefined;
  /** Removes what the launch needed, once the process is gone. */
  readonly dispose: () => Promise<void>;
}

/** A module that answers. */
export class RunningModule {
  readonly parts: ModuleParts;
  readonly wire: Wire;
  readonly identity: HandshakeResponse;
  readonly description: DescribeResponse;
  /** Settings that were applied already, by plugin and revision. */
  readonly applied = new Set<string>();
  readonly #more: Wire[] = [];

  constructor(parts: ModuleParts, wire: Wire, identity: HandshakeResponse, description: DescribeResponse) {
    this.parts = parts;
    this.wire = wire;
    this.identity = identity;
    this.description = description;
  }

  get hasEnded(): boolean {
    return this.parts.process?.hasEnded ?? false;
  }

  /** What both sides hold to. */
  get agreed(): ModuleLimits {
    return agreed(this.parts.limits, this.identity.limits);
  }

  /** Another connection, for what may harm the one that everybody uses. */
  anotherWire(): Wire {
    return this.strangerWire(this.parts.token);
  }

  /** A connection whose calls carry this token, or none. */
  strangerWire(token: string | undefined): Wire {
    const wire = openWire(this.parts.target, token);
    this.#more.push(wire);
    return wire;
  }

  /** Ends it without asking and leaves nothing behind. */
  async close(): Promise<void> {
    for (const wire of [this.wire, ...this.#more]) wire.close();
    await this.parts.process?.kill();
    await this.parts.dispose();
  }
}

/** The lower of both sides; 0 is no wish. */
function agreed(host: ModuleLimits, module: Limits | undefined): ModuleLimits {
  const lower = (ours: number, theirs = 0): number => (theirs === 0 ? ours : Math.min(ours, theirs));
  return {
    messageBytes: lower(host.messageBytes, module?.messageBytes),
    itemsPerCall: lower(host.itemsPerCall, module?.itemsPerCall),
    callsInFlight: lower(host.callsInFlight, module?.callsInFlight),
  };
}

/** Shakes hands as a host does, as often as it takes until the module answers. */
export async function meet(parts: ModuleParts, timings: Timings, signal: AbortSignal): Promise<RunningModule> {
  const wire = openWire(parts.target, parts.token);
  try {
    await wire.ready(timings.startMs);
    const identity = await wire.plugin.handshake(
      { protocolMajors: [1], hostVersion: "0.0.0", limits: { ...parts.limits }, launchId: parts.launchId },
      wire.options(timings.startMs, signal),
    );
    const description = await wire.plugin.describe({}, wire.options(timings.answerMs, signal));
    return new RunningModule(parts, wire, identity, description);
  } catch (error) {
    wire.close();
    throw error;
  }
}
