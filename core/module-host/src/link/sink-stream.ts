import { encodeWriteRequest, faultFromProto } from "@ocelli/codec";
import { type EncodedRecord, linkSignals, OcelliError, type SinkReceipt } from "@ocelli/model";
import { Sink, type WriteResponse } from "@ocelli/proto/plugin";
import { type Connection, statusOf, streamWithBytes } from "@ocelli/rpc";
import type { CallHost, PluginRevision } from "./call-host.js";
import { RequestQueue } from "./request-queue.js";

/** A stream of results into one sink plugin. Batches may be in flight together; they are stored in the order they were
 *  written. */
export interface SinkStream {
  /** Resolves once the batch is stored, or refused. Rejects where that cannot be known: it is to be sent again, on a new
   *  stream. "timeout" after `timeoutMs`, "unavailable" where the stream or the module is gone. */
  write(records: readonly EncodedRecord[], timeoutMs: number): Promise<SinkReceipt>;
  /** Resolves with the reason when the stream is over, whoever ended it. */
  readonly closed: Promise<OcelliError>;
  /** Ends the stream; what waits for its receipt gets it first, for at most `graceMs`. */
  close(graceMs: number): Promise<void>;
}

interface Waiting {
  readonly request: Uint8Array;
  readonly resolve: (receipt: SinkReceipt) => void;
  readonly reject: (error: OcelliError) => void;
}

/** Opens a stream. A module that lacks the settings is configured once, and what it did not store is sent again. */
export function openSinkStream(
  host: CallHost,
  connection: Connection,
  target: PluginRevision,
  signal: AbortSignal,
): SinkStream {
  const waiting = new Map<bigint, Waiting>();
  const stop = linkSignals(signal);
  let queue = new RequestQueue<Uint8Array>();
  let lastBatch = 0n;
  let over: OcelliError | undefined;

  const take = (response: WriteResponse): void => {
    const one = waiting.get(response.batch);
    if (!one) {
      host.note([target.plugin], `it stored batch ${response.batch}, which it was not given`);
      return;
    }
    waiting.delete(response.batch);
    one.resolve(receiptOf(response));
  };
  const readAll = async (): Promise<OcelliError> => {
    try {
      const options = { metadata: host.metadata, signal: stop.signal };
      const responses = streamWithBytes(connection, Sink.method.write, queue.requests(), options);
      for await (const response of responses) take(response);
      return new OcelliError("unavailable", `${host.title} ended the stream of results`);
    } catch (error) {
      return statusOf(error);
    }
  };
  const run = async (): Promise<OcelliError> => {
    let error = await readAll();
    if (error.code === "precondition" && (await host.configureAgain([target], stop.signal))) {
      queue = new RequestQueue(
        Array.from(waiting.values(), ({ request }) => request),
        queue.ended,
      );
      error = await readAll();
    }
    over = error;
    if (error.code === "unavailable" && !queue.ended) host.lost(`${host.title} is not available: ${error.message}`);
    stop[Symbol.dispose]();
    for (const one of waiting.values()) one.reject(error);
    waiting.clear();
    return error;
  };
  const closed = run();

  return {
    closed,
    async write(records, timeoutMs) {
      if (over) throw over;
      lastBatch += 1n;
      const batch = lastBatch;
      const request = encodeWriteRequest(target, Number(batch), records);
      const stored = new Promise<SinkReceipt>((resolve, reject) => waiting.set(batch, { request, resolve, reject }));
      queue.push(request);
      using timer = linkSignals();
      const late = host.clock.sleep(timeoutMs, timer.signal).then(() => {
        if (!waiting.has(batch) || timer.signal.aborted) return;
        const sentence = `${host.title} did not store a batch of ${records.length} results within ${timeoutMs} ms`;
        host.note([target.plugin], sentence);
        waiting.get(batch)?.reject(new OcelliError("timeout", sentence));
        waiting.delete(batch);
        stop.abort();
        host.probe();
      });
      try {
        return await stored;
      } finally {
        timer.abort();
        await late;
      }
    },
    async close(graceMs) {
      queue.end();
      using timer = linkSignals();
      const late = host.clock.sleep(graceMs, timer.signal).then(() => stop.abort());
      await closed;
      timer.abort();
      await late;
    },
  };
}

function receiptOf({ fault, refused }: WriteResponse): SinkReceipt {
  return {
    fault: fault && faultFromProto(fault),
    refused: refused.map((one) => ({
      position: Number(one.position),
      fault: one.fault ? faultFromProto(one.fault) : unsaid,
    })),
  };
}

const unsaid = {
  message: "the sink did not say why",
  origin: "plugin",
  retry: "never",
  scope: "item",
  status: "internal",
} as const;
