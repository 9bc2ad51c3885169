import type { MessageInitShape } from "@bufbuild/protobuf";
import type { WriteRequestSchema, WriteResponse } from "@ocelli/proto/plugin";
import type { Wire } from "../wire/wire.js";
import type { CallPlan } from "./item-call.js";

export type WriteInit = MessageInitShape<typeof WriteRequestSchema>;

export interface SinkCall {
  readonly responses: WriteResponse[];
  error: unknown;
}

/** Writes these batches, ends its side, and reads every answer. Never throws: what went wrong is in `error`. */
export async function callSink(wire: Wire, requests: readonly WriteInit[], plan: CallPlan): Promise<SinkCall> {
  const call: SinkCall = { responses: [], error: undefined };
  async function* batches(): AsyncGenerator<WriteInit> {
    yield* requests;
  }
  try {
    for await (const response of wire.sink.write(batches(), wire.options(plan.timeoutMs, plan.signal))) {
      call.responses.push(response);
    }
  } catch (error) {
    call.error = error;
  }
  return call;
}
