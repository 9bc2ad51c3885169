import { tagOf, WireReader, wire } from "./bytes/reader.js";

/** The fields of ocelli.resource.v1.Resource. */
const tag = {
  id: tagOf(1, wire.span),
  endpoint: tagOf(6, wire.span),
  metadata: tagOf(7, wire.span),
  parents: tagOf(8, wire.span),
  ttlS: tagOf(9, wire.varint),
} as const;

const reader = new WireReader();
const entry = new WireReader();

/** Where id and endpoint stand in an encoded resource. Looks the resource through: throws RangeError where decoding it later
 *  would. */
export class ResourceSpans {
  idFrom = 0;
  idTo = 0;
  endpointFrom = 0;
  endpointTo = 0;

  constructor(bytes: Uint8Array) {
    reader.open(bytes);
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field === tag.metadata) checkEntry(bytes);
      else if (field === tag.ttlS) reader.uint32();
      else if (field >>> 3 > 9) reader.skip(field);
      else if ((field & 7) !== wire.span || field >>> 3 === 9) {
        throw new RangeError(`field ${field >>> 3} of a resource is of another type`);
      } else this.#text(field);
    }
  }

  #text(field: number): void {
    const before = reader.at;
    const to = reader.spanEnd();
    const from = reader.at;
    reader.at = before;
    reader.checkText();
    if (field === tag.id) {
      this.idFrom = from;
      this.idTo = to;
    } else if (field === tag.endpoint) {
      this.endpointFrom = from;
      this.endpointTo = to;
    }
  }
}

/** One entry of a map from text to text. */
function checkEntry(bytes: Uint8Array): void {
  const end = reader.spanEnd();
  entry.open(bytes, reader.at, end);
  for (let field = entry.tag(); field !== 0; field = entry.tag()) {
    if (field === tagOf(1, wire.span) || field === tagOf(2, wire.span)) entry.checkText();
    else throw new RangeError("metadata is not text by name");
  }
  reader.at = end;
}
