import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { watchWindows } from "../mesh/window.js";
import { firstReport, readReport } from "../modules/read-report.js";
import { type Child, startNode } from "../processes/child.js";
import { startNats } from "../processes/nats.js";
import { Dishonest, profileDir, type Row, type RowContext, type RowMaker } from "../row.js";
import { rowOfWindows } from "../row-of-windows.js";
import { makeStreams, naiveInFlight, outstandingTasks } from "./streams.js";

const warmUpS = 5;
const startsWithinS = 30;

/** (a) The operations that a run costs the broker, with nothing around them. */
const broker: RowMaker = {
  name: "broker",
  make: (context) =>
    onBroker(context, outstandingTasks, async (start, url) => ({
      scheduler: start("scheduler", "task-source", url, "acked"),
      agent: start("agent", "broker-agent", url, socketOf(context)),
    })),
};

/** (b) What a newcomer would write. */
const naive: RowMaker = {
  name: "naive",
  make: (context) =>
    onBroker(context, naiveInFlight, async (start, url) => {
      const address = `unix:${join(context.workDir, "module.sock")}`;
      return {
        scheduler: start("scheduler", "task-source", url, "awaited"),
        agent: start("agent", "naive-agent", url, socketOf(context), address),
        module: start("module", "naive-module", address),
      };
    }),
};

/** (c) The bytes of a run over a stream between two processes. */
const grpc: RowMaker = {
  name: "grpc",
  async make(context) {
    const address = `unix:${join(context.workDir, "module.sock")}`;
    const start = starter(context);
    const module = start("module", "grpc-server", address);
    await sleep(500, undefined, { signal: context.signal });
    return [
      await measured("grpc", { module, agent: start("agent", "grpc-client", address, socketOf(context)) }, context),
    ];
  },
};

/** What the mesh is held against, in the same run. */
export const yardstickRows: readonly RowMaker[] = [broker, naive, grpc];

type Start = (name: string, file: string, ...args: readonly string[]) => Child;

function starter(context: RowContext): Start {
  return (name, file, ...args) =>
    startNode({
      name,
      args: [fileURLToPath(new URL(`./${file}.js`, import.meta.url)), ...args],
      logFile: join(context.workDir, `${name}.log`),
      profileDir: context.profile === name ? profileDir(context) : undefined,
    });
}

function socketOf({ workDir }: RowContext): string {
  return join(workDir, "tally.sock");
}

async function onBroker(
  context: RowContext,
  inFlight: number,
  programs: (start: Start, url: string) => Promise<Record<string, Child>>,
): Promise<readonly Row[]> {
  const nats = await startNats(context.workDir, 1, context.signal);
  try {
    const url = nats.urls[0] ?? "";
    const nc = await connect({ servers: url });
    await makeStreams(await jetstreamManager(nc), inFlight);
    await nc.close();
    const [server] = nats.servers;
    const children = await programs(starter(context), url);
    const name = context.workDir.slice(context.workDir.lastIndexOf("/") + 1);
    return [await measured(name, { ...(server && { broker: server }), ...children }, context)];
  } finally {
    await nats.stop();
  }
}

/** Lets the programs warm up, and measures. They are stopped, whatever comes. */
async function measured(name: string, children: Record<string, Child>, context: RowContext): Promise<Row> {
  const { signal } = context;
  const all = Object.entries(children);
  const failed = Promise.race(all.map(([, child]) => child.failed));
  failed.catch(() => {});
  try {
    await Promise.race([firstRun(context), failed]);
    await Promise.race([sleep(warmUpS * 1000, undefined, { signal }), failed]);
    const pids = Object.fromEntries(all.map(([of, child]) => [of, child.pid]));
    const seen = { pids, failed, read: () => readReport(socketOf(context)) };
    return await rowOfWindows(name, await watchWindows(name, seen, context), seen, context);
  } finally {
    for (const [, child] of all.toReversed()) await child.stop(3_000);
  }
}

async function firstRun(context: RowContext): Promise<void> {
  const { signal } = context;
  await firstReport(socketOf(context), signal);
  for (let tries = 0; tries < startsWithinS * 10; tries += 1) {
    if ((await readReport(socketOf(context))).count > 0) return;
    await sleep(100, undefined, { signal });
  }
  throw new Dishonest(`nothing ran within ${startsWithinS} s`);
}
