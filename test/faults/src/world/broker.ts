import { mkdir, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { findNatsServer } from "@ocelli/nats-server";
import { pause } from "../nemesis/schedule.js";
import { freePorts } from "./free-ports.js";
import { Service } from "./service.js";

/** The broker: one server, or a cluster of three. Each is a process of its own. */
export interface Broker {
  readonly urls: readonly string[];
  readonly nodes: readonly Service[];
  /** Port of each node, in their order. */
  readonly ports: readonly number[];
}

export interface BrokerOptions {
  readonly nodes: 1 | 3;
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
}

const host = "127.0.0.1";
const startsWithinMs = 15_000;

export async function startBroker({ nodes, dir, env }: BrokerOptions, signal: AbortSignal): Promise<Broker> {
  const binary = process.env["OCELLI_TEST_NATS_SERVER"];
  const found = await findNatsServer({ binaryOnly: true, ...(binary ? { binary } : {}) }, signal);
  if (found.kind !== "binary")
    throw new Error("no nats-server binary was found: the suite kills and freezes it itself");
  const ports = await freePorts(nodes);
  const routes = await freePorts(nodes);
  const services: Service[] = [];
  for (const [i, port] of ports.entries()) {
    const name = `nats-${i + 1}`;
    const config = join(dir, `${name}.conf`);
    await mkdir(join(dir, name), { recursive: true });
    await writeFile(config, configOf({ name, port, storeDir: join(dir, name), route: routes[i] ?? 0, routes }));
    const logFile = join(dir, `${name}.log`);
    services.push(new Service({ name, argv: [found.path, "-c", config], env, logFile, restartMs: 1_000 }));
  }
  for (const service of services) service.start();
  for (const port of ports) await answers(port, signal);
  return { urls: ports.map((port) => `nats://${host}:${port}`), nodes: services, ports };
}

interface NodeConfig {
  readonly name: string;
  readonly port: number;
  readonly storeDir: string;
  readonly route: number;
  readonly routes: readonly number[];
}

function configOf({ name, port, storeDir, route, routes }: NodeConfig): string {
  const cluster = `cluster {
  name: faults
  listen: "${host}:${route}"
  routes: [${routes.map((other) => `"nats://${host}:${other}"`).join(", ")}]
}`;
  return `server_name: ${name}
listen: "${host}:${port}"
jetstream { store_dir: "${storeDir}" }
${routes.length > 1 ? cluster : ""}
`;
}

/** Waits until a server greets on a port. */
export async function answers(port: number, signal: AbortSignal, withinMs = startsWithinMs): Promise<void> {
  const untilMs = performance.now() + withinMs;
  while (!(await greets(port))) {
    if (performance.now() > untilMs) throw new Error(`nats-server does not answer on port ${port}`);
    await pause(50, signal);
  }
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 });
    const end = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once("data", () => end(true));
    socket.once("timeout", () => end(false));
    socket.once("error", () => end(false));
  });
}
