import { create } from "@bufbuild/protobuf";
import { resultFromProto } from "@ocelli/codec";
import { isJsonObject, linkSignals, messageOf, OcelliError } from "@ocelli/model";
import {
  type RecordFault,
  RecordFaultSchema,
  Sink,
  type SinkRecord as WireRecord,
  type WriteRequest,
} from "@ocelli/proto/plugin";
import type { Fault } from "@ocelli/proto/resource";
import { implement, type ServiceImplementation, untilAborted } from "@ocelli/rpc";
import type { RefusedRecord, SinkRecord } from "./define-plugin.js";
import type { Instance } from "./instances.js";
import { kindOf } from "./json-kind.js";
import type { ModuleParts } from "./module-parts.js";
import { PollFault } from "./poll-fault.js";
import { wireFault } from "./wire-fault.js";
import { faultOfThrown, logFault, WrongValue } from "./wrong-value.js";

export function serveSink(parts: ModuleParts): ServiceImplementation {
  return implement(Sink, {
    async *write(requests, ctx) {
      const { gate, instances } = parts;
      using _admitted = gate.admit();
      using signal = linkSignals(ctx.signal, gate.cancelled);
      // A stream of results has no end of its own: it ends when the module stops or newer settings have come.
      using ended = linkSignals(gate.stopping);
      const end = (): void => ended.abort();
      let held: { readonly instance: Instance; readonly release: () => void } | undefined;
      try {
        for await (const request of untilAborted(requests, ended.signal)) {
          if (!held) {
            held = instances.take(request.plugin, request.revision);
            held.instance.superseded.addEventListener("abort", end);
          }
          const { instance } = held;
          if (instance.superseded.aborted) break;
          if (instance.plugin !== request.plugin || instance.revision !== request.revision) {
            throw new OcelliError("invalid", "a stream of results belongs to one plugin at one revision");
          }
          yield await writeBatch(parts, instance, request, signal.signal);
        }
        if (held?.instance.superseded.aborted) {
          throw new OcelliError("precondition", `plugin ${held.instance.plugin} has got newer settings`);
        }
        if (gate.stopping.aborted) throw new OcelliError("unavailable", "the module is draining");
      } finally {
        held?.instance.superseded.removeEventListener("abort", end);
        held?.release();
      }
    },
  });
}

interface BatchAnswer {
  batch: bigint;
  fault?: Fault;
  refused?: RecordFault[];
}

async function writeBatch(
  parts: ModuleParts,
  instance: Instance,
  request: WriteRequest,
  signal: AbortSignal,
): Promise<BatchAnswer> {
  const { batch } = request;
  const refused: RecordFault[] = [];
  const refuse = (position: bigint, reason: string): void => {
    const fault = wireFault(new PollFault("internal", reason, { retry: "never" }), parts.redactor);
    refused.push(create(RecordFaultSchema, { position, fault }));
  };
  const records = request.records.flatMap((record) => {
    try {
      return [toRecord(record)];
    } catch (error) {
      refuse(record.position, messageOf(error));
      return [];
    }
  });
  const { sink, definedAt } = parts.module;
  const { plugin } = instance;
  let author = { what: "sink.open", plugin, code: sink?.open as unknown, definedAt };
  try {
    const writer = await instance.writer();
    author = { what: "sink.write", plugin, code: writer?.write, definedAt };
    const never = await writer.write(records, signal);
    for (const { position, reason } of checkRefused(never)) refuse(BigInt(position), reason);
    return { batch, refused };
  } catch (error) {
    const fault = faultOfThrown(error, author);
    if (!signal.aborted) logFault(instance.log.child({ batch: String(batch) }), fault, "batch not stored");
    return { batch, fault: wireFault(fault, parts.redactor) };
  }
}

/** What a writer said can never be stored. Throws WrongValue where it is nothing that says so. */
function checkRefused(never: unknown): readonly RefusedRecord[] {
  if (never === undefined || never === null) return [];
  const isRefused = (one: unknown): boolean =>
    isJsonObject(one) && Number.isSafeInteger(one["position"]) && typeof one["reason"] === "string";
  if (Array.isArray(never) && never.every(isRefused)) return never;
  throw new WrongValue(`write returned ${kindOf(never)}: return nothing, or a list of { position, reason }`);
}

function toRecord({ mesh, position, result }: WireRecord): SinkRecord {
  if (!result) throw new RangeError("the record has no result");
  return { mesh, position: Number(position), result: resultFromProto(result) };
}
