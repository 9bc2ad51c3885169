import type { DeliveredTask } from "@ocelli/bus";
import { Tally } from "../modules/tally.js";
import { endWithStdin } from "../processes/end-with-stdin.js";
import { idleRegister, pluginName } from "./plan-in-kv.js";
import { openScaleBus } from "./scale-bus.js";

/** In place of agents: claims what comes and completes it at once, with no module and no result. What is on demand is from the
 *  bare publisher, and is only taken. */

const [url = "", socketPath = ""] = process.argv.slice(2);
const maxRunning = 20_000;

const stop = new AbortController();
endWithStdin();
const bus = await openScaleBus(url, "stand-in", stop.signal);
const tally = new Tally();
let running = 0;

const work = bus.tasks.take(
  {
    plugin: pluginName,
    free: () => maxRunning - running,
    maxInFlight: () => maxRunning,
    onTask: (delivered) => void run(delivered),
    onGarbage() {},
  },
  stop.signal,
);
tally.listen(socketPath);

async function run({ task, partition, delivery }: DeliveredTask): Promise<void> {
  if (task.onDemand) {
    delivery.ack();
    tally.add(1);
    return;
  }
  running += 1;
  const claimed = await claimAndComplete(task, partition, delivery).catch(() => false);
  running -= 1;
  work.kick();
  if (!claimed) return;
  if (tally.samples) tally.late(bus.brokerNowMs() - task.slotAtMs);
  tally.add(1);
}

async function claimAndComplete(
  task: DeliveredTask["task"],
  partition: number,
  delivery: DeliveredTask["delivery"],
): Promise<boolean> {
  const registers = bus.registers[partition];
  const resourceId = task.resource?.id ?? "";
  const key = [pluginName, resourceId] as const;
  const idle = { ...idleRegister(resourceId, 0), slotAtMs: task.slotAtMs };
  const running = { ...idle, running: true, fence: 0 };
  const claim = await registers?.update(key, running, task.revision);
  delivery.ack();
  if (claim?.kind !== "done") return false;
  const startedAtMs = bus.brokerNowMs();
  const done = { ...idle, fence: claim.revision, startedAtMs, finishedAtMs: startedAtMs };
  return (await registers?.update(key, done, claim.revision))?.kind === "done";
}
