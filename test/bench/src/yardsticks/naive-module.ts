// Answers every unary call with 2 KB.
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { endWithStdin } from "../processes/end-with-stdin.js";
import { unaryPath } from "./naive-method.js";
import { resultBytes } from "./streams.js";

const [address = ""] = process.argv.slice(2);
const asIs = (bytes: Buffer): Buffer => bytes;
const answer = Buffer.alloc(resultBytes, 66);
const server = new Server();
const poll = {
  path: unaryPath,
  requestStream: false,
  responseStream: false,
  requestSerialize: asIs,
  requestDeserialize: asIs,
  responseSerialize: asIs,
  responseDeserialize: asIs,
};
server.addService({ poll }, { poll: (_: unknown, done: (error: null, bytes: Buffer) => void) => done(null, answer) });
server.bindAsync(address, ServerCredentials.createInsecure(), (error) => {
  if (error) throw error;
});
endWithStdin();
