import type { EncodedRecord } from "@ocelli/model";
import { tagOf, wire } from "../bytes/reader.js";
import { WireWriter } from "../bytes/writer.js";

/** The fields of ocelli.plugin.v1.WriteRequest. */
const tag = {
  plugin: tagOf(1, wire.span),
  revision: tagOf(2, wire.span),
  batch: tagOf(3, wire.varint),
  records: tagOf(4, wire.span),
} as const;

/** The fields of ocelli.plugin.v1.SinkRecord. */
const recordTag = { mesh: tagOf(1, wire.span), position: tagOf(2, wire.varint), result: tagOf(3, wire.span) } as const;

const requestWriter = new WireWriter();
const recordWriter = new WireWriter();

/** The bytes of ocelli.plugin.v1.WriteRequest, its results passed on as they are. */
export function encodeWriteRequest(
  target: { readonly plugin: string; readonly revision: string },
  batch: number,
  records: readonly EncodedRecord[],
): Uint8Array {
  requestWriter.drop();
  requestWriter.text(tag.plugin, target.plugin);
  requestWriter.text(tag.revision, target.revision);
  requestWriter.int64(tag.batch, batch);
  for (const record of records) requestWriter.message(tag.records, encodeRecord(record));
  return requestWriter.finish();
}

function encodeRecord({ mesh, position, resultBytes }: EncodedRecord): Uint8Array {
  recordWriter.drop();
  recordWriter.text(recordTag.mesh, mesh);
  recordWriter.int64(recordTag.position, position);
  recordWriter.message(recordTag.result, resultBytes);
  return recordWriter.finish();
}
