import { decodeRegister, encodeRegister, tagOf, WireReader, WireWriter, wire } from "@ocelli/codec";
import type { Kind } from "@ocelli/model";
import type { WaitingRun } from "../domain/spool.js";

/** The place of a record: the number of its segment and where its frame begins. */
export interface Place {
  readonly segment: number;
  readonly at: number;
}

/** What stands in a frame. */
export type SpoolRecord =
  | { readonly kind: "run"; readonly mesh: string; readonly run: WaitingRun }
  /** The record there needs nothing any more. */
  | { readonly kind: "done"; readonly place: Place };

/** Written as protobuf would, so that a later version may add to it. */
const tag = {
  mesh: tagOf(1, wire.span),
  kind: tagOf(2, wire.span),
  key: tagOf(3, wire.span),
  partition: tagOf(4, wire.varint),
  part: tagOf(5, wire.span),
  register: tagOf(6, wire.span),
  revision: tagOf(7, wire.varint),
  doneSegment: tagOf(8, wire.varint),
  doneAt: tagOf(9, wire.varint),
} as const;

const writer = new WireWriter();
const kinds: ReadonlySet<string> = new Set(["discovery", "enrichment", "polling"] satisfies Kind[]);

export function encodeRun(mesh: string, run: WaitingRun): Uint8Array {
  writer.drop();
  writer.text(tag.mesh, mesh);
  writer.text(tag.kind, run.kind);
  writer.text(tag.key, run.key);
  writer.uint32(tag.partition, run.partition);
  for (const part of run.parts) writer.message(tag.part, part);
  writer.message(tag.register, encodeRegister(run.register));
  writer.int64(tag.revision, run.revision);
  return writer.finish();
}

export function encodeDone(place: Place): Uint8Array {
  writer.drop();
  writer.uint32(tag.doneSegment, place.segment);
  writer.uint32(tag.doneAt, place.at);
  return writer.finish();
}

/** Throws RangeError on bytes that are no record. */
export function decodeRecord(bytes: Uint8Array): SpoolRecord {
  const reader = new WireReader().open(bytes);
  const texts = { mesh: "", kind: "", key: "" };
  const numbers = { partition: 0, revision: 0, doneSegment: 0, doneAt: 0 };
  const parts: Uint8Array[] = [];
  let register: Uint8Array | undefined;
  for (let field = reader.tag(); field !== 0; field = reader.tag()) {
    if (field === tag.mesh) texts.mesh = reader.text();
    else if (field === tag.kind) texts.kind = reader.text();
    else if (field === tag.key) texts.key = reader.text();
    else if (field === tag.part) parts.push(reader.bytes());
    else if (field === tag.register) register = reader.bytes();
    else if (field === tag.partition) numbers.partition = reader.uint32();
    else if (field === tag.revision) numbers.revision = reader.int64();
    else if (field === tag.doneSegment) numbers.doneSegment = reader.uint32();
    else if (field === tag.doneAt) numbers.doneAt = reader.uint32();
    else reader.skip(field);
  }
  const { doneSegment: segment, doneAt: at, ...spans } = numbers;
  if (segment > 0) return { kind: "done", place: { segment, at } };
  const { mesh, kind, key } = texts;
  if (!isKind(kind) || !register || key === "" || mesh === "") throw new RangeError("a record lacks what it needs");
  return { kind: "run", mesh, run: { kind, key, parts, register: decodeRegister(register), ...spans } };
}

function isKind(text: string): text is Kind {
  return kinds.has(text);
}
