import type { ServerDuplexStream } from "@grpc/grpc-js";
import { Kind } from "@ocelli/proto/task";
import { serveRaw } from "./raw-module.js";
import { Tally } from "./tally.js";
import { scanMessage, varintBytes } from "./wire-scan.js";

const tally = new Tally();

/** Says of every batch that it is stored, and counts its records. Looks at nothing else. */
function write(call: ServerDuplexStream<Buffer, Buffer>): void {
  call.on("data", (request: Buffer) => {
    let batch = 0;
    let records = 0;
    scanMessage(request, {
      field(no) {
        if (no === 4) records += 1;
      },
      number(no, value) {
        if (no === 3) batch = value;
      },
    });
    tally.add(records);
    call.write(Buffer.from([0x08, ...varintBytes(batch)]));
  });
  call.on("end", () => call.end());
  call.on("error", () => {});
}

serveRaw({
  name: "bench-sink",
  kind: Kind.SINK,
  tally,
  service: "ocelli.plugin.v1.Sink",
  method: "Write",
  requestStream: true,
  handler: write,
});
