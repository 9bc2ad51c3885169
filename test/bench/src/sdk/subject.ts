import { randomUUID } from "node:crypto";
import { connect as connectSocket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { moduleTokenKey, protocolMajor } from "@ocelli/model";
import { Plugin, Polling } from "@ocelli/proto/plugin";
import { ModuleRegistry } from "@ocelli/proto/registry";
import { type Connection, connect, createClient, implement, startServer } from "@ocelli/rpc";
import { type Child, startChild } from "../processes/child.js";
import { freePort } from "../processes/nats.js";
import { Dishonest, type RowContext } from "../row.js";
import { plugin, pollRequest, revision } from "./payload.js";

export type Transport = "unix" | "tcp";

/** A program and what it is called with. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A module, or a bare server that answers like one. */
export interface SubjectPlan {
  readonly name: string;
  readonly kind: "module" | "echo";
  readonly command: Command;
  /** A module's settings, an object of sections. */
  readonly settings: object;
}

/** A process that answers polls. */
export interface Subject {
  readonly child: Child;
  readonly connection: Connection;
  /** What every call carries. */
  readonly metadata: Readonly<Record<string, string>>;
  /** From the start of the process to its first answer. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

const readyWithinS = 60;
const firstAnswerWithinMs = 20_000;
let starts = 0;

/** Starts it as it is started in earnest: over a unix socket as a host's child, over TCP by itself. Its first poll is looked at
 *  with care. */
export async function startSubject(plan: SubjectPlan, transport: Transport, context: RowContext): Promise<Subject> {
  starts += 1;
  const socket = join(context.workDir, `s${starts}`);
  const address = transport === "unix" ? `unix:${socket}` : `127.0.0.1:${await freePort()}`;
  const token = transport === "unix" && plan.kind === "module" ? randomUUID() : undefined;
  const registry = transport === "tcp" && plan.kind === "module" ? await standInRegistry() : undefined;
  const limits = { messageBytes: 0, itemsPerCall: 0, callsInFlight: 0 };
  const line = { protocolMajors: [protocolMajor], socket, token, launchId: "bench", limits };
  const { program, args, env } = plan.command;
  const startedAtMs = performance.now();
  const child = startChild({
    name: plan.name,
    program,
    args: plan.kind === "echo" ? [...args, address] : args,
    env: { ...env, ...(registry && { OCELLI_MODULE_LISTEN: address, OCELLI_REGISTRY: registry.endpoint }) },
    logFile: join(context.workDir, `${plan.name}-${transport}.log`),
    ...(token !== undefined && { firstLine: JSON.stringify(line) }),
  });
  const stop = async (): Promise<void> => {
    connection.close();
    await child.stop(5_000);
    await registry?.shutdown(0);
  };
  const connection = connect(address);
  try {
    await Promise.race([answers(address, context.signal), child.failed]);
    const metadata = token === undefined ? {} : { [moduleTokenKey]: token };
    if (plan.kind === "module") await Promise.race([configure(plan, connection, metadata), child.failed]);
    await Promise.race([pollOnce(plan, connection, metadata), child.failed]);
    return { child, connection, metadata, readyMs: performance.now() - startedAtMs, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function configure(plan: SubjectPlan, connection: Connection, metadata: Record<string, string>): Promise<void> {
  const client = createClient(Plugin, connection);
  const settingsJson = JSON.stringify(plan.settings);
  await client.handshake({ protocolMajors: [protocolMajor] }, { metadata });
  const { diagnostics } = await client.configure({ plugin, revision, settingsJson }, { metadata });
  const [problem] = diagnostics;
  if (problem) throw new Dishonest(`${plan.name} refused its settings: ${problem.path} ${problem.summary}`);
}

/** One item, whose answer must be the one that the figures are about. */
async function pollOnce(plan: SubjectPlan, connection: Connection, metadata: Record<string, string>): Promise<void> {
  const names: string[] = [];
  const options = { metadata, timeoutMs: firstAnswerWithinMs };
  for await (const { answers } of createClient(Polling, connection).poll(pollRequest(1), options)) {
    for (const { groups, fault } of answers) {
      if (fault) throw new Dishonest(`${plan.name} answered with a fault: ${fault.message}`);
      names.push(...groups.flatMap((group) => group.metrics.map((metric) => `${group.name}.${metric.name}`)));
    }
  }
  if (names.join() !== "bench.runs_total,bench.value") {
    throw new Dishonest(`${plan.name} answered ${names.join() || "nothing"} instead of what is measured`);
  }
}

/** Lets every module in, so that one that is started by itself has somebody to register with. */
function standInRegistry() {
  const service = implement(ModuleRegistry, {
    register: () => ({ leaseMs: 60_000, heartbeatEveryMs: 20_000 }),
    async *heartbeat(beats) {
      for await (const _ of beats) yield {};
    },
    deregister: () => ({}),
  });
  return startServer({ listen: "127.0.0.1:0", services: [service] });
}

/** Resolves when somebody listens at the address. */
async function answers(address: string, signal: AbortSignal): Promise<void> {
  const target = address.startsWith("unix:")
    ? { path: address.slice("unix:".length) }
    : { host: "127.0.0.1", port: Number(address.slice(address.indexOf(":") + 1)) };
  const dueAtMs = performance.now() + readyWithinS * 1000;
  while (performance.now() < dueAtMs) {
    signal.throwIfAborted();
    const up = await new Promise<boolean>((resolve) => {
      const socket = connectSocket(target);
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (up) return;
    await sleep(5);
  }
  throw new Dishonest(`nobody listened at ${address} within ${readyWithinS} s`);
}
