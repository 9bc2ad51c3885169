import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Fault } from "@ocelli/model";
import type { ItemSchema, Progress } from "@ocelli/proto/plugin";
import type { CallOptions } from "@ocelli/rpc";
import type { Checked } from "../answers/checked.js";

export type WireItem = MessageInitShape<typeof ItemSchema>;

/** In what polling and enrichment differ. */
export interface ItemProtocol<
  Response,
  Raw extends { readonly item: number },
  Answer extends { readonly last: boolean },
> {
  open(items: WireItem[], options: CallOptions): AsyncIterable<Response>;
  partsOf(response: Response): { readonly answers: readonly Raw[]; readonly progress: readonly Progress[] };
  /** `seen` is kept from answer to answer of one item. */
  check(raw: Raw, seen: Set<string>): Checked<Answer>;
  /** The last answer of an item that failed. */
  failed(fault: Fault): Answer;
}
