import { fromBinary } from "@bufbuild/protobuf";
import type { Resource, ResourceRecord } from "@ocelli/model";
import { ResourceSchema } from "@ocelli/proto/resource";
import { tagOf, textOf, WireReader, wire } from "./bytes/reader.js";
import { WireWriter } from "./bytes/writer.js";
import { resourceFromProto } from "./resource.js";
import { ResourceSpans } from "./resource-wire.js";

/** The fields of ocelli.resource.v1.Resource that are read one by one. */
const tag = {
  id: tagOf(1, wire.span),
  site: tagOf(2, wire.span),
  class: tagOf(3, wire.span),
  subclass: tagOf(4, wire.span),
  type: tagOf(5, wire.span),
  endpoint: tagOf(6, wire.span),
  metadata: tagOf(7, wire.span),
  parents: tagOf(8, wire.span),
  ttlS: tagOf(9, wire.varint),
} as const;

/** The fields of ocelli.resource.v1.ResourceRecord. */
const recordTag = {
  resource: tagOf(1, wire.span),
  source: tagOf(2, wire.span),
  firstSeenAtMs: tagOf(3, wire.varint),
  seenAtMs: tagOf(4, wire.varint),
  endpointSinceAtMs: tagOf(5, wire.varint),
  expiresAtMs: tagOf(6, wire.varint),
  heldForRemoval: tagOf(7, wire.varint),
} as const;

const reader = new WireReader();
const recordReader = new WireReader();
const writer = new WireWriter();
const noMetadata: Resource["metadata"] = Object.freeze({});
const noParents: Resource["parents"] = Object.freeze([]);

/** Texts that many resources share are kept once. Where each has its own it is not worth a map as large as the rest. */
const shared = new Map<string, string>();
const sharedMax = 10_000;
let scratch = Buffer.alloc(4096);

/** A resource as it came: for who keeps a million of them, and passes most on unread. Only id and endpoint are texts; the rest is
 *  decoded when it is asked for. Never spread it: its fields are getters. */
export class PackedResource implements Resource {
  readonly id: string;
  readonly endpoint: string;
  /** The encoded resource without these two, a byte a character: no other box for bytes takes so little room beside them. */
  readonly #rest: string;

  /** Throws RangeError on bytes that are no resource. They are copied. */
  constructor(bytes: Uint8Array) {
    const { idFrom, idTo, endpointFrom, endpointTo } = new ResourceSpans(bytes);
    this.id = textOf(bytes, idFrom, idTo);
    this.endpoint = textOf(bytes, endpointFrom, endpointTo, this.id);
    if (scratch.length < bytes.length) scratch = Buffer.alloc(2 * bytes.length);
    scratch.set(bytes);
    const id = { from: fieldFrom(bytes, tag.id, idFrom, idTo), to: idTo };
    const endpoint = { from: fieldFrom(bytes, tag.endpoint, endpointFrom, endpointTo), to: endpointTo };
    const [first, second] = id.from <= endpoint.from ? [id, endpoint] : [endpoint, id];
    scratch.copyWithin(second.from, second.to, bytes.length);
    const length = bytes.length - (second.to - second.from);
    scratch.copyWithin(first.from, first.to, length);
    this.#rest = sharedText(scratch.toString("latin1", 0, length - (first.to - first.from)));
  }

  /** The resource encoded, all its fields as they came. */
  get bytes(): Uint8Array {
    writer.drop();
    writer.raw(this.#restBytes());
    // Last, where they count even if they came twice.
    writer.text(tag.id, this.id);
    writer.text(tag.endpoint, this.endpoint);
    return writer.finish();
  }

  get site(): string {
    return this.#text(tag.site);
  }

  get class(): string {
    return this.#text(tag.class);
  }

  get subclass(): string {
    return this.#text(tag.subclass);
  }

  get type(): string {
    return this.#text(tag.type);
  }

  get metadata(): Resource["metadata"] {
    return this.#find(tag.metadata) ? this.#whole().metadata : noMetadata;
  }

  get parents(): Resource["parents"] {
    return this.#find(tag.parents) ? this.#whole().parents : noParents;
  }

  get ttlS(): number {
    return this.#whole().ttlS;
  }

  #restBytes(): Uint8Array {
    return Buffer.from(this.#rest, "latin1");
  }

  #text(wanted: number): string {
    let text = "";
    reader.open(this.#restBytes());
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field === wanted) text = reader.text();
      else reader.skip(field);
    }
    return text;
  }

  #find(wanted: number): boolean {
    reader.open(this.#restBytes());
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field === wanted) return true;
      reader.skip(field);
    }
    return false;
  }

  #whole(): Resource {
    return resourceFromProto(fromBinary(ResourceSchema, this.#restBytes()));
  }
}

/** Where the field of a text begins; `to` where it is empty, or its length is not written the usual way. */
function fieldFrom(bytes: Uint8Array, tagByte: number, from: number, to: number): number {
  const length = to - from;
  const start = from - (length < 0x80 ? 2 : length < 0x4000 ? 3 : 4);
  return length > 0 && bytes[start] === tagByte ? start : to;
}

function sharedText(text: string): string {
  const known = shared.get(text);
  if (known !== undefined) return known;
  if (shared.size >= sharedMax) shared.clear();
  shared.set(text, text);
  return text;
}

/** A record whose resource stays packed. Throws RangeError on bytes that are no record. */
export function unpackResourceRecord(bytes: Uint8Array): ResourceRecord {
  let resource: Uint8Array | undefined;
  let source = "";
  let firstSeenAtMs = 0;
  let seenAtMs = 0;
  let endpointSinceAtMs = 0;
  let expiresAtMs = 0;
  let heldForRemoval = false;
  recordReader.open(bytes);
  for (let field = recordReader.tag(); field !== 0; field = recordReader.tag()) {
    if (field === recordTag.resource && !resource) resource = recordReader.bytes();
    else if (field === recordTag.source) source = recordReader.text();
    else if (field === recordTag.firstSeenAtMs) firstSeenAtMs = recordReader.int64();
    else if (field === recordTag.seenAtMs) seenAtMs = recordReader.int64();
    else if (field === recordTag.endpointSinceAtMs) endpointSinceAtMs = recordReader.int64();
    else if (field === recordTag.expiresAtMs) expiresAtMs = recordReader.int64();
    else if (field === recordTag.heldForRemoval) heldForRemoval = recordReader.bool();
    else if (field >>> 3 <= 7)
      throw new RangeError(`field ${field >>> 3} of a resource record is of another type or comes twice`);
    else recordReader.skip(field);
  }
  const packed = new PackedResource(resource ?? new Uint8Array());
  return { resource: packed, source, firstSeenAtMs, seenAtMs, endpointSinceAtMs, expiresAtMs, heldForRemoval };
}
