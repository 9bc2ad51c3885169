import type {
  DiscoveryPart,
  EnrichAnswer,
  EnrichmentSet,
  Kind,
  MeshEvent,
  PackedAnswer,
  PackedResult,
  PairRegister,
  PluginSpec,
  Result,
  Run,
  Task,
  WorkItem,
} from "@ocelli/model";

/** How many more ms an item that asks for `extendMs` gets from now on, 0 for none. `item` is its index, 0 for a discovery. */
export type Grant = (item: number, extendMs: number) => number;

/** Hears the answers to the items of a call. */
export interface AnswerListener<Answer> {
  onAnswer(answer: Answer): void;
  /** Nothing more comes. */
  onEnd(): void;
}

/** Leaves a call: nothing more is heard of it. */
export type Leave = () => void;

/** A module as a run needs it. Several plugins may share one: their items then travel in one call. */
export interface WorkModule {
  readonly itemsPerCall: number;
  poll(items: readonly WorkItem[], listener: AnswerListener<PackedAnswer>, grant?: Grant): Leave;
  enrich(items: readonly WorkItem[], listener: AnswerListener<EnrichAnswer>, grant?: Grant): Leave;
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

/** A task whose resource need not be taken apart to be passed on: reading `resource` may be dear. */
export interface RunTask extends Task {
  /** The resource, encoded; undefined for discovery. */
  readonly resourceBytes: Uint8Array | undefined;
  /** Empty for discovery. */
  readonly resourceId: string;
}

/** A task as it came, until it is settled. */
export interface OfferedTask {
  readonly task: RunTask;
  readonly place: RegisterPlace;
  /** When the broker stored it, in epoch ms of its clock. */
  readonly queuedAtMs: number;
  /** How often it was offered, to anybody: 1 the first time. */
  readonly deliveries: number;
  /** The decision is made; the register carries the responsibility from here. */
  ack(): void;
  /** Offer it again, to anybody, after `delayMs`. */
  retry(delayMs: number): void;
}

/** Where a pair's register is kept. */
export interface RegisterPlace {
  readonly partition: number;
  readonly key: string;
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
  claim(place: RegisterPlace, register: PairRegister, expected: number): Promise<ClaimOutcome>;
  /** Renews or completes: writes if the register is still at `expected`. */
  hold(place: RegisterPlace, register: PairRegister, expected: number): Promise<HoldOutcome>;
}

/** The broker as the agent knows it. */
export interface BrokerView {
  /** Epoch ms of the broker's clock, never ahead of it; NaN while it was never seen. */
  nowMs(): number;
  /** Whether it kept a write lately. Unknown means no. */
  known(): boolean;
  /** When the connection came back last, in epoch ms of the broker's clock; 0 where it never broke. */
  reconnectedAtMs(): number;
}

/** One part of a result, ready to be published. */
export interface ReadyPart {
  readonly kind: Kind;
  readonly key: string;
  readonly bytes: Uint8Array;
  /** Called once, where the broker does not answer at first: from here on it may take as long as it is away. */
  onWaiting?(): void;
}

export type Published =
  | { readonly kind: "stored" | "cancelled" }
  /** A newer run of the pair published before. */
  | { readonly kind: "stale" }
  /** It is larger than the broker takes. */
  | { readonly kind: "too_large"; readonly why: string };

export interface ResultOutlet {
  encode(result: Result): Uint8Array;
  /** The parts of a poll's result, in which it always tells its status as a metric, so that a device that does not answer is a
   *  value and not a gap. */
  encodePoll(result: PackedResult, receivedAtMs: number): readonly Uint8Array[];
  /** Resolves once it is stored, however long the broker is away. */
  publish(part: ReadyPart, signal: AbortSignal): Promise<Published>;
}

export interface EnrichmentSource {
  /** What is known of a resource, at most some seconds old; undefined where nothing is. */
  find(resourceId: string, namespace: string): Promise<EnrichmentSet | undefined>;
}

export type EventOutlet = (event: Omit<MeshEvent, "atMs" | "from">) => void;
