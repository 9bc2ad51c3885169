import { tagOf, textOf, WireReader, wire } from "./bytes/reader.js";
import { ResourceSpans } from "./resource-wire.js";

/** What a reader needs of a result to know whether it is news. */
export interface ResultHead {
  readonly plugin: string;
  /** Empty for discovery. */
  readonly resourceId: string;
  /** Empty for discovery. */
  readonly endpoint: string;
  readonly fence: number;
  readonly part: number;
}

/** The fields of ocelli.task.v1.Result that are read here. */
const tag = {
  plugin: tagOf(2, wire.span),
  resource: tagOf(3, wire.span),
  fence: tagOf(4, wire.varint),
  part: tagOf(5, wire.varint),
} as const;

/** Wire type by field number; field 0 does not exist. */
const wireTypes: readonly number[] = [
  -1,
  ...[wire.varint, wire.span, wire.span, wire.varint, wire.varint, wire.varint, wire.span, wire.varint, wire.varint],
  ...[wire.varint, wire.varint, wire.span, wire.varint, wire.span, wire.span, wire.span, wire.span, wire.varint],
];

const reader = new WireReader();
let lastPlugin = "";

/** Reads the head of an encoded result and looks the top level through: throws RangeError on bytes that are no result. What
 *  stands inside of groups, sets and discoveries is not looked at. */
export function readResultHead(bytes: Uint8Array): ResultHead {
  let plugin = "";
  let resourceId = "";
  let endpoint = "";
  let fence = 0;
  let part = 0;
  reader.open(bytes);
  for (let field = reader.tag(); field !== 0; field = reader.tag()) {
    if (field === tag.plugin) plugin = lastPlugin = reader.text(lastPlugin);
    else if (field === tag.fence) fence = reader.uint64();
    else if (field === tag.part) part = reader.uint32();
    else if (field === tag.resource) {
      const resource = reader.bytes();
      const spans = new ResourceSpans(resource);
      resourceId = textOf(resource, spans.idFrom, spans.idTo);
      endpoint = textOf(resource, spans.endpointFrom, spans.endpointTo, resourceId);
    } else if ((wireTypes[field >>> 3] ?? field & 7) === (field & 7)) reader.skip(field);
    else throw new RangeError(`field ${field >>> 3} of a result is of another type`);
  }
  return { plugin, resourceId, endpoint, fence, part };
}
