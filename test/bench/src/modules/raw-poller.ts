import { fromBinary } from "@bufbuild/protobuf";
import type { ServerWritableStream } from "@grpc/grpc-js";
import { ItemSchema } from "@ocelli/proto/plugin";
import { Kind } from "@ocelli/proto/task";
import { encodedGroups } from "./payload.js";
import { serveRaw } from "./raw-module.js";
import { Tally } from "./tally.js";
import { leadingNumber, scanMessage, varintBytes } from "./wire-scan.js";

const tally = new Tally();

/** Answers every item with the same metrics, encoded once. */
function poll(call: ServerWritableStream<Buffer, Buffer>): void {
  const request = call.request;
  const parts: Uint8Array[] = [];
  scanMessage(request, {
    field(no, start, end) {
      if (no !== 1) return;
      if (tally.samples) sample(request.subarray(start, end));
      tally.add(1);
      const number = [0x08, ...varintBytes(leadingNumber(request, start))];
      parts.push(
        Uint8Array.from([0x0a, ...varintBytes(number.length + encodedGroups.length), ...number]),
        encodedGroups,
      );
    },
  });
  call.write(Buffer.concat(parts));
  call.end();
}

/** The bench, its broker and this process share one wall clock, which is the clock of slots. */
function sample(bytes: Uint8Array): void {
  const { run } = fromBinary(ItemSchema, bytes);
  if (run) tally.late(Date.now() - Number(run.slotAtMs));
}

serveRaw({
  name: "bench-poller",
  kind: Kind.POLLING,
  tally,
  service: "ocelli.plugin.v1.Polling",
  method: "Poll",
  requestStream: false,
  handler: poll,
});
