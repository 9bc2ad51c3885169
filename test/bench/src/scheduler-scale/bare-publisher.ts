import { setTimeout as sleep } from "node:timers/promises";
import { encodeTaskBatch, taskCodec } from "@ocelli/codec";
import { tasksPerMessage } from "@ocelli/model";
import { deviceOf } from "../mesh/pair-load.js";
import { endWithStdin } from "../processes/end-with-stdin.js";
import { pluginMaxInFlight, pluginName } from "./plan-in-kv.js";
import { openScaleBus, partitions } from "./scale-bus.js";

/** Publishes ready-made tasks at a given rate, as many in a message as a scheduler, and does nothing else: what publishing alone
 *  costs. */

const [url = "", rate = "0"] = process.argv.slice(2);
const perS = Number(rate);
const tickMs = 25;
/** So many that a task is long taken when its resource has its turn again. */
const resources = Math.max(1_000, Math.ceil(perS * 4));

endWithStdin();
const bus = await openScaleBus(url, "bare-publisher", new AbortController().signal);
const perMessage = tasksPerMessage(pluginMaxInFlight, partitions);
const tasks = Array.from({ length: resources }, (_, number) =>
  taskCodec.encode({
    kind: "polling",
    plugin: pluginName,
    resource: deviceOf(number),
    pluginRevision: "1",
    slotAtMs: Date.now(),
    notBeforeAtMs: Date.now(),
    expiresAtMs: Date.now() + 3_600_000,
    frequencyMs: 60_000,
    revision: 1_000_000,
    state: new Uint8Array(),
    onDemand: true,
    traceparent: "",
  }),
);
const messages = Array.from({ length: Math.ceil(resources / perMessage) }, (_, number) => {
  const some = tasks.slice(number * perMessage, (number + 1) * perMessage);
  const subject = bus.tasks.laneSubject(number % partitions, "polling", pluginName, number, 0);
  return { bytes: encodeTaskBatch(some), subject, partition: number % partitions, tasks: some.length };
});

const startedAtMs = performance.now();
let sent = 0;
let at = 0;
while (true) {
  const due = Math.floor(((performance.now() - startedAtMs) / 1000) * perS);
  while (sent < due) {
    const message = messages[at % messages.length];
    at += 1;
    if (!message) break;
    bus.tasks.sendBytes(message.partition, message.subject, message.bytes, () => {});
    sent += message.tasks;
  }
  await sleep(tickMs);
}
