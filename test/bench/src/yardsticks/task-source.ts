// Keeps a number of tasks waiting, as a scheduler that is never behind would: the broker row's and the naive row's.
import { jetstream } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { endWithStdin } from "../processes/end-with-stdin.js";
import { AckedLink } from "./acked-link.js";
import { doneSubject, outstandingTasks, pairCount, requestBytes, taskSubject } from "./streams.js";

const [url = "", how = ""] = process.argv.slice(2);
const nc = await connect({ servers: url });
const payload = new Uint8Array(requestBytes).fill(65);
const js = jetstream(nc);
const link = new AckedLink(nc);
let outstanding = 0;
let pair = 0;

function send(): void {
  const subject = taskSubject(pair);
  pair = (pair + 1) % pairCount;
  if (how === "acked") link.publish(subject, payload, () => {});
  else js.publish(subject, payload).catch(() => {});
}

function fill(): void {
  for (; outstanding < outstandingTasks; outstanding += 1) send();
}

nc.subscribe(doneSubject, {
  callback: (_, message) => {
    outstanding -= Number(message.string());
    fill();
  },
});
fill();
endWithStdin();
