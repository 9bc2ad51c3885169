import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Child, startNode } from "../processes/child.js";
import type { Row, RowContext, RowMaker } from "../row.js";
import { measurePeer } from "./measure-peer.js";
import { startRedis } from "./redis.js";

const jobsPerWorker = 64;
const notOnDisk = "Redis keeps nothing on disk (--save '' --appendonly no)";

/** BullMQ with one worker process and with two; the row is the better of them. */
export const bullmq: RowMaker = {
  name: "bullmq",
  peers: true,
  async make(context) {
    const [one, two] = [await withWorkers(1, context), await withWorkers(2, context)];
    const [better, workers, other] = one.runsPerS >= two.runsPerS ? [one, "1", two] : [two, "2", one];
    const note =
      `${notOnDisk}; BullMQ 6.7 with ioredis 6, ${workers} worker process(es) × ${jobsPerWorker} jobs at once, addBulk, ` +
      `removeOnComplete; with the other number of processes ${Math.round(other.runsPerS)} runs/s ` +
      `at ${Math.round(other.cpuUsPerRun)} µs; nobody reads the results`;
    return [{ ...better, note }];
  },
};

async function withWorkers(count: number, context: RowContext): Promise<Row> {
  const redis = await startRedis(context.workDir, context.signal);
  const programs: Child[] = [];
  const start = (name: string, file: string, args: readonly number[] = []): Child => {
    const program = startNode({
      name,
      args: [fileURLToPath(new URL(file, import.meta.url)), `${redis.port}`, ...args.map(String)],
      env: { NODE_ENV: "production" },
      logFile: join(context.workDir, `${name}.log`),
    });
    programs.push(program);
    return program;
  };
  try {
    start("producer", "bullmq-producer.js");
    for (let i = 1; i <= count; i += 1) start(`worker-${i}`, "bullmq-worker.js", [jobsPerWorker]);
    const pids = Object.fromEntries(programs.map(({ name, pid }) => [name, pid]));
    context.log(`bullmq: ${count} worker process(es) × ${jobsPerWorker}`);
    return await measurePeer("bullmq", redis, programs, async () => pids, context);
  } finally {
    await Promise.all(programs.map((program) => program.stop(3_000)));
    await redis.stop();
  }
}
