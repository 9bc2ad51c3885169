import { create, toBinary } from "@bufbuild/protobuf";
import { enrichmentSetToProto } from "@ocelli/codec";
import type { EnrichmentSet } from "@ocelli/model";
import { EnrichAnswerSchema, Enrichment } from "@ocelli/proto/plugin";
import { implement, type ServiceImplementation } from "@ocelli/rpc";
import { type ItemJob, runItems } from "./item-call.js";
import type { ModuleParts } from "./module-parts.js";
import { PollFault } from "./poll-fault.js";
import { runEnrich } from "./run-item.js";
import { wireFault } from "./wire-fault.js";
import { WrongValue } from "./wrong-value.js";

/** What a message needs besides its one answer. */
const envelopeBytes = 1024;

export function serveEnrichment(parts: ModuleParts): ServiceImplementation {
  return implement(Enrichment, {
    enrich: (request, ctx) => runItems(parts, request.items, ctx, (job) => enrichItem(parts, job)),
  });
}

async function enrichItem(parts: ModuleParts, job: ItemJob): Promise<void> {
  const { item, input, deps, scope } = job;
  const { redactor, messageBytes } = parts;
  const sets: EnrichmentSet[] = [];
  let bytes = 0;
  const emit = (set: EnrichmentSet): undefined => {
    sets.push(set);
    bytes += set.dataJson.length;
    if (bytes > messageBytes) throw new WrongValue(tooLarge(bytes, messageBytes));
  };
  const outcome =
    input instanceof PollFault
      ? { fault: input, state: undefined, cancelled: false }
      : await runEnrich(parts.module, input, deps, emit, scope);
  if (outcome.cancelled) return;
  const whole = bytes > messageBytes ? [] : sets.map(enrichmentSetToProto);
  const answer = create(EnrichAnswerSchema, { item, sets: whole });
  if (outcome.fault) answer.fault = wireFault(outcome.fault, redactor);
  if (outcome.state) Object.assign(answer, { state: outcome.state, setState: true });
  const encoded = toBinary(EnrichAnswerSchema, answer);
  if (encoded.length + envelopeBytes <= messageBytes) {
    await job.put(encoded);
    return;
  }
  const fault = wireFault(new PollFault("internal", tooLarge(encoded.length, messageBytes)), redactor);
  await job.put(toBinary(EnrichAnswerSchema, create(EnrichAnswerSchema, { item, fault })));
}

function tooLarge(bytes: number, mostBytes: number): string {
  return `the facts are ${bytes} bytes; a message holds at most ${mostBytes}`;
}
