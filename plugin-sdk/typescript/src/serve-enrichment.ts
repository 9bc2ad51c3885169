import { create, toBinary } from "@bufbuild/protobuf";
import { enrichmentSetToProto } from "@ocelli/codec";
import type { EnrichmentSet } from "@ocelli/model";
import { type EnrichAnswer, EnrichAnswerSchema, Enrichment } from "@ocelli/proto/plugin";
import { implement, type ServiceImplementation } from "@ocelli/rpc";
import { type ItemJob, runItems } from "./item-call.js";
import type { ModuleParts } from "./module-parts.js";
import { PollFault } from "./poll-fault.js";
import { runEnrich } from "./run-item.js";
import { wireFault } from "./wire-fault.js";

/** What a message needs besides its one answer. */
const envelopeBytes = 1024;

export function serveEnrichment(parts: ModuleParts): ServiceImplementation {
  return implement(Enrichment, {
    async *enrich(request, ctx) {
      for await (const batch of runItems<EnrichAnswer>(parts, request.items, ctx, (job) => enrichItem(parts, job))) {
        yield {
          answers: batch.flatMap((part) => (part.kind === "answer" ? [part.answer] : [])),
          progress: batch.flatMap((part) => (part.kind === "progress" ? [part] : [])),
        };
      }
    },
  });
}

async function enrichItem(parts: ModuleParts, job: ItemJob<EnrichAnswer>): Promise<void> {
  const { item, input, deps, signal } = job;
  const sets: EnrichmentSet[] = [];
  const emit = async (set: EnrichmentSet): Promise<void> => void sets.push(set);
  const outcome =
    input instanceof PollFault
      ? { fault: input, state: undefined, cancelled: false }
      : await runEnrich(parts.module, input, deps, emit, signal);
  if (outcome.cancelled) return;
  const answer = create(EnrichAnswerSchema, { item, sets: sets.map(enrichmentSetToProto) });
  if (outcome.fault) answer.fault = wireFault(outcome.fault, parts.redactor);
  if (outcome.state) Object.assign(answer, { state: outcome.state, setState: true });
  const size = toBinary(EnrichAnswerSchema, answer).length;
  if (size + envelopeBytes <= parts.messageBytes) {
    await job.put(answer, size);
    return;
  }
  const text = `the facts are ${size} bytes; a message holds at most ${parts.messageBytes}`;
  const fault = wireFault(new PollFault("internal", text), parts.redactor);
  await job.put(create(EnrichAnswerSchema, { item, fault }), envelopeBytes);
}
