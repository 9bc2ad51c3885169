import { encodeGroup, encodePollAnswer } from "@ocelli/codec";
import type { MetricGroup } from "@ocelli/model";
import { Polling } from "@ocelli/proto/plugin";
import { implement, type ServiceImplementation } from "@ocelli/rpc";
import { type ItemJob, runItems } from "./item-call.js";
import type { ModuleParts } from "./module-parts.js";
import { batchBytes } from "./outbox.js";
import { PollFault } from "./poll-fault.js";
import { runPoll } from "./run-item.js";
import type { RunOutcome } from "./run-one.js";
import { wireFaultBytes } from "./wire-fault.js";
import { WrongValue } from "./wrong-value.js";

/** What a message needs besides its one group. */
const envelopeBytes = 1024;

export function servePolling(parts: ModuleParts): ServiceImplementation {
  return implement(Polling, {
    poll: (request, ctx) => runItems(parts, request.items, ctx, (job) => pollItem(parts, job)),
  });
}

async function pollItem(parts: ModuleParts, job: ItemJob): Promise<void> {
  const { item, input, deps, scope } = job;
  let groups: Uint8Array[] = [];
  let bytes = 0;
  let over = false;
  const send = (outcome: Partial<RunOutcome>, more: boolean): Promise<void> | undefined => {
    const fault = outcome.fault && wireFaultBytes(outcome.fault, parts.redactor);
    const answer = encodePollAnswer({ item, groups, fault, state: outcome.state, more });
    groups = [];
    bytes = 0;
    return job.put(answer);
  };
  const emit = (group: MetricGroup): Promise<void> | undefined => {
    if (over) return undefined; // Left behind at its deadline: the answer has been sent.
    const encoded = encodeGroup(group);
    const size = encoded.length;
    if (size + envelopeBytes > parts.messageBytes) {
      const limit = `a message holds at most ${parts.messageBytes}: split it by dimensions`;
      throw new WrongValue(`group ${group.name} is ${size} bytes; ${limit}`);
    }
    const room = bytes > 0 && bytes + size > batchBytes ? send({}, true) : undefined;
    groups.push(encoded);
    bytes += size;
    return room;
  };
  const outcome =
    input instanceof PollFault
      ? { fault: input, state: undefined, cancelled: false }
      : await runPoll(parts.module, input, deps, emit, scope);
  over = true;
  if (!outcome.cancelled) await send(outcome, false);
}
