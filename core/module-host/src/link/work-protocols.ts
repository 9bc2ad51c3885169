import type { EnrichAnswer, PollAnswer } from "@ocelli/model";
import type {
  Enrichment,
  EnrichResponse,
  Polling,
  PollResponse,
  EnrichAnswer as ProtoEnrichAnswer,
  PollAnswer as ProtoPollAnswer,
} from "@ocelli/proto/plugin";
import type { Client } from "@ocelli/rpc";
import { checkEnrichAnswer } from "../answers/check-enrich-answer.js";
import { checkPollAnswer } from "../answers/check-poll-answer.js";
import type { ItemProtocol } from "./item-protocol.js";

export function pollProtocol(
  client: Client<typeof Polling>,
): ItemProtocol<PollResponse, ProtoPollAnswer, Omit<PollAnswer, "item">> {
  return {
    open: (items, options) => client.poll({ items }, options),
    partsOf: (response) => response,
    check: checkPollAnswer,
    failed: (fault) => ({ groups: [], fault, state: undefined, last: true }),
  };
}

export function enrichProtocol(
  client: Client<typeof Enrichment>,
): ItemProtocol<EnrichResponse, ProtoEnrichAnswer, Omit<EnrichAnswer, "item">> {
  return {
    open: (items, options) => client.enrich({ items }, options),
    partsOf: (response) => response,
    check: checkEnrichAnswer,
    failed: (fault) => ({ sets: [], fault, state: undefined, last: true }),
  };
}
