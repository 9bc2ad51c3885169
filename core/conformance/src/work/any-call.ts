import type { Kind } from "@ocelli/model";
import { callSink } from "./sink-call.js";
import type { CallExtras, Use, Worker } from "./worker.js";

/** Makes the smallest call of a service and says what it ended with; undefined where it ended well. For what is true of every
 *  service alike. */
export async function callAny(worker: Worker, kind: Kind, use: Use, extras: CallExtras = {}): Promise<unknown> {
  switch (kind) {
    case "discovery":
      return (await worker.discover(worker.run(use), extras)).error;
    case "sink": {
      const { wire = worker.module.wire, timeoutMs = 10_000, signal } = extras;
      return (await callSink(wire, [{ ...use, batch: 1n }], { timeoutMs, signal })).error;
    }
    default:
      return (await worker.call(kind, [worker.item(use, 1)], extras)).error;
  }
}
