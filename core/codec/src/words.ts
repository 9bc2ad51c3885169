import type { Fault, Kind, PollStatus, ReportState } from "@ocelli/model";
import { pollStatuses } from "@ocelli/model";
import { ReportState as ProtoReportState } from "@ocelli/proto/registry";
import { FaultOrigin, FaultRetry, FaultScope, type PollStatus as ProtoPollStatus } from "@ocelli/proto/resource";
import { Kind as ProtoKind } from "@ocelli/proto/task";

/** The two directions of a table between words of the model and numbers of the wire. An unknown number reads as `fallback`. */
function words<Word extends string>(
  table: Readonly<Record<Word, number>>,
  fallback: Word,
): { to: (word: Word) => number; from: (value: number) => Word } {
  const entries = Object.entries(table) as [Word, number][];
  const back = new Map(entries.map(([word, value]) => [value, word]));
  return { to: (word) => table[word], from: (value) => back.get(value) ?? fallback };
}

export const kindWords = words<Kind>(
  {
    discovery: ProtoKind.DISCOVERY,
    enrichment: ProtoKind.ENRICHMENT,
    polling: ProtoKind.POLLING,
    sink: ProtoKind.SINK,
  },
  "polling",
);

export const originWords = words<Fault["origin"]>(
  {
    plugin: FaultOrigin.PLUGIN,
    target: FaultOrigin.TARGET,
    credentials: FaultOrigin.CREDENTIALS,
    host: FaultOrigin.HOST,
  },
  "plugin",
);

export const retryWords = words<Fault["retry"]>(
  { never: FaultRetry.NEVER, next_slot: FaultRetry.NEXT_SLOT, at_once: FaultRetry.AT_ONCE },
  "next_slot",
);

export const scopeWords = words<Fault["scope"]>(
  { item: FaultScope.ITEM, plugin: FaultScope.PLUGIN, module: FaultScope.MODULE },
  "item",
);

export const reportStateWords = words<ReportState>(
  {
    starting: ProtoReportState.STARTING,
    ready: ProtoReportState.READY,
    refused: ProtoReportState.REFUSED,
    failed: ProtoReportState.FAILED,
    absent: ProtoReportState.ABSENT,
  },
  "failed",
);

export function statusToProto(status: PollStatus): ProtoPollStatus {
  return pollStatuses.indexOf(status) as ProtoPollStatus;
}

export function statusFromProto(proto: ProtoPollStatus): PollStatus {
  return pollStatuses[proto] ?? "internal";
}
