import type {
  DiscoveryPart,
  EnrichAnswer,
  EnrichmentSet,
  Kind,
  MeshEvent,
  PairId,
  PairRegister,
  PluginSpec,
  PollAnswer,
  Result,
  Run,
  Task,
  WorkItem,
} from "@ocelli/model";

/** How many more ms an item that asks for `extendMs` gets from now on, 0 for none. `item` is its index, 0 for a discovery. */
export type Grant = (item: number, extendMs: number) => number;

/** A module as a run needs it. Several plugins may share one: their items then travel in one call. */
export interface WorkModule {
  readonly itemsPerCall: number;
  poll(items: readonly WorkItem[], signal: AbortSignal, grant?: Grant): AsyncIterable<PollAnswer>;
  enrich(items: readonly WorkItem[], signal: AbortSignal, grant?: Grant): AsyncIterable<EnrichAnswer>;
  discover(run: Run, signal: AbortSignal, grant?: Grant): AsyncIterable<DiscoveryPart>;
}

/** A plugin that is ready here. */
export interface WorkPlugin {
  readonly spec: PluginSpec;
  readonly kind: Kind;
  readonly module: WorkModule;
  /** Enrichment namespaces the module wants where the plugin file does not say. */
  readonly wantsEnrichments: readonly string[];
}

/** A task as it came, until it is settled. */
export interface OfferedTask {
  readonly task: Task;
  readonly partition: number;
  /** The decision is made; the register carries the responsibility from here. */
  ack(): void;
  /** Offer it again, to anybody, after `delayMs`. */
  retry(delayMs: number): void;
}

export type ClaimOutcome =
  /** `revision` is the fence. */
  | { readonly kind: "won"; readonly revision: number }
  /** Somebody moved the register since the scheduler looked: the pair ran or runs. */
  | { readonly kind: "superseded" }
  /** No word, and no way to find out: nothing may start. */
  | { readonly kind: "unknown" };

export type HoldOutcome = { readonly kind: "held"; readonly revision: number } | { readonly kind: "lost" | "unknown" };

/** Writes to a pair's register by compare-and-set. */
export interface Guard {
  claim(pair: PairId, partition: number, register: PairRegister, expected: number): Promise<ClaimOutcome>;
  /** Renews or completes: writes if the register is still at `expected`. */
  hold(pair: PairId, partition: number, register: PairRegister, expected: number): Promise<HoldOutcome>;
}

/** The broker as the agent knows it. */
export interface BrokerView {
  /** Epoch ms of the broker's clock, never ahead of it; NaN while it was never seen. */
  nowMs(): number;
  /** Whether it kept a write lately. Unknown means no. */
  known(): boolean;
}

export interface ResultOutlet {
  /** Resolves once it is stored, however long the broker is away. "stale": a newer run of the pair published before. */
  publish(result: Result, signal: AbortSignal): Promise<"stored" | "stale">;
}

export interface EnrichmentSource {
  /** What is known of a resource, at most some seconds old; undefined where nothing is. */
  find(resourceId: string, namespace: string): Promise<EnrichmentSet | undefined>;
}

export type EventOutlet = (event: Omit<MeshEvent, "atMs" | "from">) => void;
