import { setTimeout as sleep } from "node:timers/promises";
import { taskCodec } from "@ocelli/codec";
import { deviceOf } from "../mesh/pair-load.js";
import { endWithStdin } from "../processes/end-with-stdin.js";
import { pluginName } from "./plan-in-kv.js";
import { openScaleBus, partitions } from "./scale-bus.js";

/** Publishes ready-made tasks at a given rate and does nothing else: what publishing alone costs a scheduler. */

const [url = "", rate = "0"] = process.argv.slice(2);
const perS = Number(rate);
const tickMs = 25;
/** So many that a task is long taken when its resource has its turn again. */
const resources = Math.max(1_000, Math.ceil(perS * 4));

endWithStdin();
const bus = await openScaleBus(url, "bare-publisher", new AbortController().signal);
const tasks = Array.from({ length: resources }, (_, number) => {
  const resource = deviceOf(number);
  const partition = number % partitions;
  const bytes = taskCodec.encode({
    kind: "polling",
    plugin: pluginName,
    resource,
    pluginRevision: "1",
    slotAtMs: Date.now(),
    notBeforeAtMs: Date.now(),
    expiresAtMs: Date.now() + 3_600_000,
    frequencyMs: 60_000,
    revision: 1_000_000,
    state: new Uint8Array(),
    onDemand: true,
    traceparent: "",
  });
  return { bytes, subject: bus.tasks.subject(partition, "polling", `${pluginName}.${resource.id}`) };
});

const startedAtMs = performance.now();
let sent = 0;
while (true) {
  const due = Math.floor(((performance.now() - startedAtMs) / 1000) * perS);
  for (; sent < due; sent += 1) {
    const task = tasks[sent % tasks.length];
    if (task) bus.tasks.sendBytes(task.subject, task.bytes, () => {});
  }
  await sleep(tickMs);
}
