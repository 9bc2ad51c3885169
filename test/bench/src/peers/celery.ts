import { join } from "node:path";
import { type Child, startChild } from "../processes/child.js";
import { processTree } from "../processes/process-tree.js";
import type { RowMaker } from "../row.js";
import { celeryVenv, pythonDir } from "./celery-venv.js";
import { measurePeer } from "./measure-peer.js";
import { startRedis } from "./redis.js";

/** Of what the worker does beside running tasks, the bench needs nothing. */
const workerArgs = ["--pool=prefork", "--concurrency=2", "--without-gossip", "--without-mingle", "--without-heartbeat"];

const note =
  "Redis keeps nothing on disk (--save '' --appendonly no); Celery 5.5.3 with redis-py 5.2 and hiredis (less CPU than the newest pair), 2 prefork workers, " +
  "prefetch 64, acknowledged before the run, results kept in Redis for 10 s; nobody reads them";

/** Celery with two prefork workers, which is what two cores can feed. */
export const celery: RowMaker = {
  name: "celery",
  peers: true,
  async make(context) {
    const venv = await celeryVenv(context);
    const redis = await startRedis(context.workDir, context.signal);
    const programs: Child[] = [];
    const start = (name: string, program: string, args: readonly string[]): Child => {
      const child = startChild({
        name,
        program: join(venv, "bin", program),
        args,
        env: {
          PYTHONPATH: pythonDir,
          PYTHONDONTWRITEBYTECODE: "1",
          OCELLI_BENCH_REDIS: `redis://127.0.0.1:${redis.port}/0`,
        },
        logFile: join(context.workDir, `${name}.log`),
      });
      programs.push(child);
      return child;
    };
    try {
      const producer = start("producer", "python", [join(pythonDir, "celery_producer.py")]);
      const worker = start("worker", "celery", ["-A", "celery_load", "worker", "--loglevel=warning", ...workerArgs]);
      const pidsOf = async (): Promise<Record<string, number>> => {
        const workers = (await processTree(worker.pid)).map((pid, i) => [`worker-${i}`, pid] as const);
        return { producer: producer.pid, ...Object.fromEntries(workers) };
      };
      const row = await measurePeer("celery", redis, programs, pidsOf, context);
      return [{ ...row, note }];
    } finally {
      await Promise.all(programs.map((program) => program.stop(3_000)));
      await redis.stop();
    }
  },
};
