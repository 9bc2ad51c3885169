import { create, toBinary } from "@bufbuild/protobuf";
import {
  type EnrichRequest,
  EnrichRequestSchema,
  EnrichResponseSchema,
  type Item,
  type PollRequest,
  PollRequestSchema,
  PollResponseSchema,
  type Progress,
} from "@ocelli/proto/plugin";
import type { EnrichmentSet, Fault, MetricGroup } from "@ocelli/proto/resource";
import type { Wire } from "../wire/wire.js";

/** The services that work on items. */
export type ItemService = "polling" | "enrichment";

/** What came for one item, in all of its answers. */
export interface ItemOutcome {
  readonly item: number;
  /** Answers that said there is no more. */
  ends: number;
  /** Answers after one that said there is no more. */
  late: number;
  readonly groups: MetricGroup[];
  readonly sets: EnrichmentSet[];
  fault: Fault | undefined;
  state: Uint8Array | undefined;
  /** From the start of the call to the last answer, in ms. */
  tookMs: number;
}

/** Everything a call brought, before anybody judges it. */
export interface ItemCall {
  readonly outcomes: Map<number, ItemOutcome>;
  readonly progress: { readonly part: Progress; readonly atMs: number }[];
  messages: number;
  largestBytes: number;
  tookMs: number;
  /** What the call ended with, where it did not end well. */
  error: unknown;
}

export interface CallPlan {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Changes the request just before it is sent. */
  readonly touch?: (request: PollRequest | EnrichRequest) => void;
}

/** Makes one call and reads all of it. Never throws: what went wrong is in `error`. */
export async function callItems(
  wire: Wire,
  service: ItemService,
  items: readonly Item[],
  plan: CallPlan,
): Promise<ItemCall> {
  const call: ItemCall = {
    outcomes: new Map(),
    progress: [],
    messages: 0,
    largestBytes: 0,
    tookMs: 0,
    error: undefined,
  };
  const startedAtMs = performance.now();
  const sinceMs = (): number => performance.now() - startedAtMs;
  const note = (size: number, progress: readonly Progress[]): void => {
    call.messages += 1;
    call.largestBytes = Math.max(call.largestBytes, size);
    call.progress.push(...progress.map((part) => ({ part, atMs: sinceMs() })));
  };
  const options = wire.options(plan.timeoutMs, plan.signal);
  try {
    if (service === "polling") {
      const request = create(PollRequestSchema, { items: [...items] });
      plan.touch?.(request);
      for await (const response of wire.polling.poll(request, options)) {
        note(toBinary(PollResponseSchema, response).length, response.progress);
        for (const answer of response.answers) {
          const outcome = outcomeOf(call, answer.item, sinceMs());
          if (outcome.ends > 0) outcome.late += 1;
          if (!answer.more) outcome.ends += 1;
          outcome.groups.push(...answer.groups);
          settle(outcome, answer);
        }
      }
    } else {
      const request = create(EnrichRequestSchema, { items: [...items] });
      plan.touch?.(request);
      for await (const response of wire.enrichment.enrich(request, options)) {
        note(toBinary(EnrichResponseSchema, response).length, response.progress);
        for (const answer of response.answers) {
          const outcome = outcomeOf(call, answer.item, sinceMs());
          if (outcome.ends > 0) outcome.late += 1;
          outcome.ends += 1;
          outcome.sets.push(...answer.sets);
          settle(outcome, answer);
        }
      }
    }
  } catch (error) {
    call.error = error;
  }
  call.tookMs = sinceMs();
  return call;
}

function outcomeOf(call: ItemCall, item: number, atMs: number): ItemOutcome {
  const known = call.outcomes.get(item);
  if (known) {
    known.tookMs = atMs;
    return known;
  }
  const fresh = { item, ends: 0, late: 0, groups: [], sets: [], fault: undefined, state: undefined, tookMs: atMs };
  call.outcomes.set(item, fresh);
  return fresh;
}

function settle(
  outcome: ItemOutcome,
  answer: { readonly fault?: Fault | undefined; readonly state: Uint8Array; readonly setState: boolean },
): void {
  outcome.fault ??= answer.fault;
  if (answer.setState) outcome.state = answer.state;
}
