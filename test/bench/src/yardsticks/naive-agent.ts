// The cycle a newcomer would write: every step awaited, by the libraries' own calls, 256 runs in flight.
import { credentials, Client as GrpcClient } from "@grpc/grpc-js";
import { type JsMsg, jetstream } from "@nats-io/jetstream";
import { Kvm } from "@nats-io/kv";
import { connect } from "@nats-io/transport-node";
import { Tally } from "../modules/tally.js";
import { endWithStdin } from "../processes/end-with-stdin.js";
import { unaryPath } from "./naive-method.js";
import { doneSubject, naiveInFlight, names, pairCount, pairOf, resultSubject } from "./streams.js";

const [url = "", tallySocket = "", module = ""] = process.argv.slice(2);
const nc = await connect({ servers: url });
const js = jetstream(nc);
const locks = await new Kvm(js).create("locks");
const stamps = await new Kvm(js).create("stamps");
const client = new GrpcClient(module, credentials.createInsecure());
const tally = new Tally();
tally.listen(tallySocket);
const stampsAtOnce = 250;
const asIs = (bytes: Buffer): Buffer => bytes;

function call(request: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(unaryPath, asIs, asIs, request, (error, answer) =>
      answer ? resolve(answer) : reject(error ?? new Error("no answer")),
    );
  });
}

async function run(message: JsMsg): Promise<void> {
  const key = String(pairOf(message.subject));
  await stamps.get(key);
  await locks.create(key, "agent-1");
  const answer = await call(Buffer.from(message.data));
  await js.publish(resultSubject(Number(key)), answer);
  await locks.delete(key);
  message.ack();
  tally.add(1);
  nc.publish(doneSubject, "1");
}

// The consumer lets 256 messages be without their acknowledgement, which is how many run at a time.
const stamp = async (pair: number): Promise<void> => void (await stamps.put(String(pair), "2026-01-01T00:00:00Z"));
for (let pair = 0; pair < pairCount; pair += stampsAtOnce) {
  await Promise.all(Array.from({ length: stampsAtOnce }, (_, i) => stamp(pair + i)));
}
const consumer = await js.consumers.get(names.tasks, names.consumer);
const messages = await consumer.consume({ max_messages: naiveInFlight });
endWithStdin();
for await (const message of messages) void run(message);
