import type { EnrichAnswer, PackedAnswer } from "@ocelli/model";
import { Enrichment, Polling } from "@ocelli/proto/plugin";
import type { Numbered } from "../answers/answer-taker.js";
import { enrichReader } from "../answers/enrich-reader.js";
import { PollReader } from "../answers/poll-reader.js";
import type { ItemProtocol } from "./item-protocol.js";

/** Groups without a time of their own get `nowMs()`; 0 leaves them without. */
export function pollProtocol(nowMs: () => number): ItemProtocol<Numbered<PackedAnswer>> {
  return {
    method: Polling.method.poll,
    reader: () => new PollReader(nowMs),
    failed: (fault, item) => ({ item, groups: undefined, fault, state: undefined, last: true }),
  };
}

export const enrichProtocol: ItemProtocol<Numbered<EnrichAnswer>> = {
  method: Enrichment.method.enrich,
  reader: () => enrichReader,
  failed: (fault, item) => ({ item, sets: [], fault, state: undefined, last: true }),
};
