// The bare broker cycle: deliver, claim by compare-and-set, publish the result, complete by compare-and-set, acknowledge. No module, no decoding.
import { jetstream } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { Tally } from "../modules/tally.js";
import { endWithStdin } from "../processes/end-with-stdin.js";
import { AckedLink } from "./acked-link.js";
import {
  doneSubject,
  names,
  outstandingTasks,
  pairOf,
  registerSubject,
  resultBytes,
  resultSubject,
} from "./streams.js";

const [url = "", tallySocket = ""] = process.argv.slice(2);
const nc = await connect({ servers: url });
const link = new AckedLink(nc);
const tally = new Tally();
tally.listen(tallySocket);

/** Bytes of a register: who runs what since when. */
const register = new Uint8Array(120).fill(65);
const result = new Uint8Array(resultBytes).fill(66);
const revisions = new Map<number, number>();
/** How many runs are told to the task source at once. */
const tellEvery = 50;
let untold = 0;

const consumer = await jetstream(nc).consumers.get(names.tasks, names.consumer);
await consumer.consume({
  max_messages: outstandingTasks,
  callback: (message) => {
    const pair = pairOf(message.subject);
    link.publish(
      registerSubject(pair),
      register,
      (fence) => {
        must(fence);
        link.publish(resultSubject(pair), result, must);
        const complete = (revision: number): void => {
          revisions.set(pair, must(revision));
          message.ack();
          completed();
        };
        link.publish(registerSubject(pair), register, complete, fence);
      },
      revisions.get(pair) ?? 0,
    );
  },
});
endWithStdin();

function completed(): void {
  tally.add(1);
  untold += 1;
  if (untold < tellEvery) return;
  nc.publish(doneSubject, String(untold));
  untold = 0;
}

/** There is one agent only: nobody can have moved a register, and a refusal would mean that the row measures something else. */
function must(sequence: number): number {
  if (sequence > 0) return sequence;
  throw new Error("the broker refused a write");
}
