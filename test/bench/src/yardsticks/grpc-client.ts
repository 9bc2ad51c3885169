// Keeps a stream of batches full, and counts what is answered.
import { Client, credentials } from "@grpc/grpc-js";
import { Tally } from "../modules/tally.js";
import { endWithStdin } from "../processes/end-with-stdin.js";
import { batches, batchesInFlight, batchSize } from "./grpc-method.js";
import { requestBytes, resultBytes } from "./streams.js";

const [address = "", tallySocket = ""] = process.argv.slice(2);
const client = new Client(address, credentials.createInsecure(), { "grpc.max_receive_message_length": -1 });
const tally = new Tally();
tally.listen(tallySocket);
const { path, requestSerialize, responseDeserialize } = batches;
const call = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
const batch = Buffer.alloc(batchSize * requestBytes, 65);
call.on("data", (answer: Buffer) => {
  tally.add(answer.length / resultBytes);
  call.write(batch);
});
call.on("error", (error) => {
  throw error;
});
for (let i = 0; i < batchesInFlight; i += 1) call.write(batch);
endWithStdin();
