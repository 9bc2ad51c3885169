// Answers every batch of requests of 300 bytes with a batch of answers of 2 KB.
import { Server, ServerCredentials, type ServerDuplexStream } from "@grpc/grpc-js";
import { endWithStdin } from "../processes/end-with-stdin.js";
import { batches } from "./grpc-method.js";
import { requestBytes, resultBytes } from "./streams.js";

const [address = ""] = process.argv.slice(2);
const server = new Server({ "grpc.max_receive_message_length": -1 });
server.addService(
  { batches },
  {
    batches(call: ServerDuplexStream<Buffer, Buffer>) {
      call.on("data", (request: Buffer) => call.write(Buffer.alloc((request.length / requestBytes) * resultBytes, 66)));
      call.on("end", () => call.end());
      call.on("error", () => {});
    },
  },
);
server.bindAsync(address, ServerCredentials.createInsecure(), (error) => {
  if (error) throw error;
});
endWithStdin();
