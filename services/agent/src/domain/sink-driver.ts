import { type Clock, type EncodedRecord, messageOf, type SinkReceipt } from "@ocelli/model";
import type { RunLog } from "./run-log.js";

/** Delivers results to the driver, in the order of the stream, from where the sink stopped. */
export interface SinkFeed {
  /** At most so many records and, unless the first is larger, so many bytes of them. */
  next(limit: number, mostBytes: number, signal: AbortSignal): Promise<readonly FedRecord[]>;
}

export interface FedRecord {
  readonly record: EncodedRecord;
  /** This and everything before it is stored. */
  readonly commit: () => void;
  /** Puts the record aside with the reason. */
  readonly putAside: (reason: string) => Promise<void>;
}

/** An open stream to a sink module. */
export interface SinkWriter {
  write(records: readonly EncodedRecord[], signal: AbortSignal): Promise<SinkReceipt>;
  close(): Promise<void>;
}

export interface DriverDeps {
  readonly clock: Clock;
  readonly log: RunLog;
  readonly feed: SinkFeed;
  readonly open: (signal: AbortSignal) => Promise<SinkWriter>;
  /** The sink does not take what it is given; it is tried again. */
  readonly onTrouble: (reason: string) => void;
}

const batchRecords = 500;
/** A batch travels in one gRPC message of at most 4 MiB; a record is at most what NATS takes, 1 MiB unless it is told otherwise. */
const batchBytes = 2 * 1024 * 1024;
const firstWaitMs = 500;
const longestWaitMs = 30_000;

/** Feeds one sink, one batch at a time and in order, until `signal` aborts: a batch that fails is sent again until it is stored,
 *  a record that can never be stored is put aside, and only then the position moves. */
export async function driveSink(deps: DriverDeps, signal: AbortSignal): Promise<void> {
  let waitMs = firstWaitMs;
  let batch: readonly FedRecord[] = [];
  let writer: SinkWriter | undefined;
  while (!signal.aborted) {
    try {
      writer ??= await deps.open(signal);
      if (batch.length === 0) batch = await deps.feed.next(batchRecords, batchBytes, signal);
      if (batch.length === 0) continue;
      const receipt = await writer.write(
        batch.map(({ record }) => record),
        signal,
      );
      if (receipt.fault) throw new Error(receipt.fault.message);
      // A driver that lost its lease meanwhile leaves the place to its successor.
      if (signal.aborted) break;
      await settle(deps, batch, receipt);
      batch = [];
      waitMs = firstWaitMs;
    } catch (error) {
      await writer?.close().catch(() => undefined);
      writer = undefined;
      if (signal.aborted) break;
      deps.onTrouble(messageOf(error));
      await deps.clock.sleep(waitMs, signal);
      waitMs = Math.min(waitMs * 2, longestWaitMs);
    }
  }
  await writer?.close().catch(() => undefined);
}

async function settle(deps: DriverDeps, batch: readonly FedRecord[], receipt: SinkReceipt): Promise<void> {
  for (const { position, fault } of receipt.refused) {
    await batch.find(({ record }) => record.position === position)?.putAside(fault.message);
  }
  deps.log.count("sink_records_refused", receipt.refused.length);
  deps.log.count("sink_records_stored", batch.length - receipt.refused.length);
  batch.at(-1)?.commit();
}
