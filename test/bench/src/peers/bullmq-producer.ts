import { setTimeout as sleep } from "node:timers/promises";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { endWithStdin } from "../processes/end-with-stdin.js";
import { queueName, requestBytes, resourceCount, waitingJobs } from "./load.js";

/** Keeps the queue filled until it is stopped: jobs in bulk, as BullMQ's manual advises, and removed once they are done. */

const jobsAtOnce = 500;
const lookEveryMs = 5;

const port = Number(process.argv[2]);
const connection = new Redis({ host: "127.0.0.1", port, maxRetriesPerRequest: null });
const queue = new Queue(queueName, { connection });
const padding = "x".repeat(requestBytes - `{"resource":"device-00000","padding":""}`.length);
const opts = { removeOnComplete: true, removeOnFail: true };

let next = 0;
function jobs() {
  return Array.from({ length: jobsAtOnce }, () => {
    next = (next + 1) % resourceCount;
    return { name: "poll", data: { resource: `device-${String(next).padStart(5, "0")}`, padding }, opts };
  });
}

endWithStdin();
while (true) {
  const waiting = await connection.llen(`bull:${queueName}:wait`);
  if (waiting < waitingJobs) await queue.addBulk(jobs());
  else await sleep(lookEveryMs);
}
