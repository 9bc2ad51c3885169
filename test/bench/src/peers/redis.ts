import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { type Child, startChild } from "../processes/child.js";
import { findProgram } from "../processes/find-program.js";
import { freePort } from "../processes/nats.js";
import { Dishonest } from "../row.js";
import { refusedKey } from "./load.js";

export interface RunningRedis {
  readonly port: number;
  readonly process: Child;
  /** How many runs have let go of their lock: the calls of EVAL, which nobody else uses once the programs have started. */
  runs(): Promise<number>;
  /** How many runs found their resource locked. */
  refused(): Promise<number>;
  stop(): Promise<void>;
}

/** A redis-server that keeps nothing on disk. */
export async function startRedis(workDir: string, signal: AbortSignal): Promise<RunningRedis> {
  const program = await findProgram("redis-server", "on Debian: apt-get install redis-server");
  const port = await freePort();
  const server = startChild({
    name: "redis",
    program,
    args: ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", workDir],
    logFile: join(workDir, "redis.log"),
  });
  const client = new Redis({ host: "127.0.0.1", port, retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on("error", () => {}); // it answers or it does not: the pings below say so
  await Promise.race([answers(client, signal), server.failed]);
  return {
    port,
    process: server,
    async runs() {
      return Number(/^cmdstat_eval:calls=(\d+)/m.exec(await client.info("commandstats"))?.[1] ?? 0);
    },
    refused: async () => Number((await client.get(refusedKey)) ?? 0),
    async stop() {
      client.disconnect();
      await server.stop(3_000);
    },
  };
}

async function answers(client: Redis, signal: AbortSignal): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    signal.throwIfAborted();
    if (client.status === "ready") return;
    await sleep(50, undefined, { signal });
  }
  throw new Dishonest("redis-server does not answer within 5 s");
}
