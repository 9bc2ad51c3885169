import { create, toBinary } from "@bufbuild/protobuf";
import { metricGroupToProto } from "@ocelli/codec";
import type { MetricGroup } from "@ocelli/model";
import { type PollAnswer, PollAnswerSchema, Polling } from "@ocelli/proto/plugin";
import { MetricGroupSchema } from "@ocelli/proto/resource";
import { implement, type ServiceImplementation } from "@ocelli/rpc";
import { type ItemJob, runItems } from "./item-call.js";
import type { ModuleParts } from "./module-parts.js";
import { batchBytes } from "./outbox.js";
import { PollFault } from "./poll-fault.js";
import { runPoll } from "./run-item.js";
import { wireFault } from "./wire-fault.js";
import { WrongValue } from "./wrong-value.js";

/** What a message needs besides its one group. */
const envelopeBytes = 1024;

export function servePolling(parts: ModuleParts): ServiceImplementation {
  return implement(Polling, {
    async *poll(request, ctx) {
      for await (const batch of runItems<PollAnswer>(parts, request.items, ctx, (job) => pollItem(parts, job))) {
        yield {
          answers: batch.flatMap((part) => (part.kind === "answer" ? [part.answer] : [])),
          progress: batch.flatMap((part) => (part.kind === "progress" ? [part] : [])),
        };
      }
    },
  });
}

async function pollItem(parts: ModuleParts, job: ItemJob<PollAnswer>): Promise<void> {
  const { item, input, deps, signal } = job;
  let answer = create(PollAnswerSchema, { item });
  let bytes = 0;
  let over = false;
  const send = async (): Promise<void> => {
    const ready = answer;
    answer = create(PollAnswerSchema, { item });
    bytes = 0;
    await job.put(ready, toBinary(PollAnswerSchema, ready).length);
  };
  const emit = async (group: MetricGroup): Promise<void> => {
    if (over) return; // Left behind at its deadline: the answer has been sent.
    const proto = metricGroupToProto(group);
    const size = toBinary(MetricGroupSchema, proto).length;
    if (size + envelopeBytes > parts.messageBytes) {
      const limit = `a message holds at most ${parts.messageBytes}: split it by dimensions`;
      throw new WrongValue(`group ${group.name} is ${size} bytes; ${limit}`);
    }
    if (bytes > 0 && bytes + size > batchBytes) {
      answer.more = true;
      await send();
      if (over) return;
    }
    answer.groups.push(proto);
    bytes += size;
  };
  const outcome =
    input instanceof PollFault
      ? { fault: input, state: undefined, cancelled: false }
      : await runPoll(parts.module, input, deps, emit, signal);
  over = true;
  if (outcome.cancelled) return;
  if (outcome.fault) answer.fault = wireFault(outcome.fault, parts.redactor);
  if (outcome.state) Object.assign(answer, { state: outcome.state, setState: true });
  await send();
}
