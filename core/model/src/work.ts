import type { EnrichmentSet, Resource } from "./resource.js";
import type { DiscoverySummary, Fault, MetricGroup, Result } from "./result.js";

/** What every run tells its module. Spans count from the receipt of the call. */
export interface Run {
  readonly plugin: string;
  /** The revision of the settings the run is done with. */
  readonly revision: string;
  readonly fence: number;
  /** How long the guard holds. */
  readonly leaseMs: number;
  readonly deadlineMs: number;
  readonly slotAtMs: number;
  readonly frequencyMs: number;
  /** What the pair's last run left behind. */
  readonly state: Uint8Array;
  /** W3C trace context, or empty. */
  readonly traceparent: string;
}

/** One resource to poll or to enrich, with what is known of it. */
export interface WorkItem {
  readonly run: Run;
  readonly resource: Resource;
  /** The same resource encoded, where it came so: it then travels on as it is. */
  readonly resourceBytes?: Uint8Array | undefined;
  readonly enrichments: readonly EnrichmentSet[];
}

/** What one answer to an item has in common. `item` is its index in the call. */
export interface ItemAnswer {
  readonly item: number;
  /** Undefined means success. Together with data it means a partial success. */
  readonly fault: Fault | undefined;
  /** What to keep for the pair's next run; undefined keeps what there was. */
  readonly state: Uint8Array | undefined;
  /** Exactly one answer of each item is the last one. */
  readonly last: boolean;
}

export interface PollAnswer extends ItemAnswer {
  readonly groups: readonly MetricGroup[];
}

export interface EnrichAnswer extends ItemAnswer {
  readonly sets: readonly EnrichmentSet[];
}

/** One part of a discovery. `end` comes exactly once and last; without a summary nothing may be removed. */
export type DiscoveryPart =
  | { readonly kind: "resources"; readonly resources: readonly Resource[] }
  /** One scope could not be looked at. */
  | { readonly kind: "partial"; readonly scope: string; readonly fault: Fault }
  | {
      readonly kind: "end";
      readonly summary: DiscoverySummary | undefined;
      /** Why it ended, where it failed. */
      readonly fault: Fault | undefined;
      readonly state: Uint8Array | undefined;
    };

/** One result and its place in the result stream. A record may come again after a crash; mesh and position tell. */
export interface SinkRecord {
  readonly mesh: string;
  readonly position: number;
  readonly result: Result;
}

/** The same with the result as it travels, not taken apart. */
export interface EncodedRecord {
  readonly mesh: string;
  readonly position: number;
  readonly resultBytes: Uint8Array;
}

/** What became of one batch of records. */
export interface SinkReceipt {
  /** Why the batch as a whole could not be stored: it is to be sent again. */
  readonly fault: Fault | undefined;
  /** Records that can never be stored. The others of the batch are. */
  readonly refused: readonly { readonly position: number; readonly fault: Fault }[];
}
