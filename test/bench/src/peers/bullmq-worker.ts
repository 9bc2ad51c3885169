import { Worker } from "bullmq";
import { Redis } from "ioredis";
import { endWithStdin } from "../processes/end-with-stdin.js";
import { lockKey, lockMs, queueName, refusedKey, releaseScript, resultBytes, stampKey } from "./load.js";

/** Works the queue off: a lock and a last-run stamp around a run that does nothing and gives back 2 KB. */

const port = Number(process.argv[2]);
const concurrency = Number(process.argv[3]);
// Commands of one tick travel together: what is quickest with many runs at a time.
const redis = new Redis({ host: "127.0.0.1", port, enableAutoPipelining: true, maxRetriesPerRequest: null });
const connection = new Redis({ host: "127.0.0.1", port, maxRetriesPerRequest: null });
const values = "x".repeat(resultBytes - `{"lastRunAtMs":1700000000000,"values":""}`.length);

let count = 0;

async function run({ resource }: { resource: string }): Promise<unknown> {
  count += 1;
  const token = `${process.pid}-${count}`;
  const [locked, stamp] = await Promise.all([
    redis.set(lockKey(resource), token, "PX", lockMs, "NX"),
    redis.get(stampKey(resource)),
  ]);
  if (locked !== "OK") {
    await redis.incr(refusedKey);
    return null;
  }
  const result = { lastRunAtMs: Number(stamp ?? 0), values };
  await Promise.all([
    redis.set(stampKey(resource), Date.now()),
    redis.eval(releaseScript, 1, lockKey(resource), token),
  ]);
  return result;
}

const worker = new Worker<{ resource: string }>(queueName, async (job) => await run(job.data), {
  connection,
  concurrency,
});
worker.on("error", (error) => void process.stderr.write(`${error.message}\n`));
endWithStdin();
