import { create, toBinary } from "@bufbuild/protobuf";
import {
  DiscoverRequestSchema,
  DiscoverResponseSchema,
  type PartialError,
  type Run,
  type Summary,
} from "@ocelli/proto/plugin";
import type { Resource } from "@ocelli/proto/resource";
import type { Wire } from "../wire/wire.js";
import type { CallPlan } from "./item-call.js";

/** Everything a discovery brought, before anybody judges it. */
export interface DiscoveryCall {
  readonly resources: Resource[];
  readonly partials: PartialError[];
  readonly summaries: Summary[];
  /** Messages after the first summary. */
  afterSummary: number;
  largestBytes: number;
  tookMs: number;
  error: unknown;
}

/** Makes one discovery and reads all of it. Never throws: what went wrong is in `error`. */
export async function callDiscovery(wire: Wire, run: Run, plan: CallPlan): Promise<DiscoveryCall> {
  const call: DiscoveryCall = {
    resources: [],
    partials: [],
    summaries: [],
    afterSummary: 0,
    largestBytes: 0,
    tookMs: 0,
    error: undefined,
  };
  const startedAtMs = performance.now();
  try {
    const request = create(DiscoverRequestSchema, { run });
    for await (const response of wire.discovery.discover(request, wire.options(plan.timeoutMs, plan.signal))) {
      call.largestBytes = Math.max(call.largestBytes, toBinary(DiscoverResponseSchema, response).length);
      if (call.summaries.length > 0) call.afterSummary += 1;
      const { part } = response;
      if (part.case === "batch") call.resources.push(...part.value.resources);
      else if (part.case === "partialError") call.partials.push(part.value);
      else if (part.case === "summary") call.summaries.push(part.value);
    }
  } catch (error) {
    call.error = error;
  }
  call.tookMs = performance.now() - startedAtMs;
  return call;
}
