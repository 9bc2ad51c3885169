import { mkdir, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findNatsServer } from "@ocelli/nats-server";
import { Dishonest } from "../row.js";
import { type Child, startChild } from "./child.js";

export interface Nats {
  readonly urls: readonly string[];
  readonly servers: readonly Child[];
  stop(): Promise<void>;
}

/** One server, or a cluster of three on loopback, with the default settings of nats-server and a store of their own. */
export async function startNats(dir: string, count: 1 | 3, signal: AbortSignal): Promise<Nats> {
  const found = await findNatsServer(binaryOption(), signal);
  if (found.kind !== "binary") throw new Dishonest("the bench needs a nats-server binary; a container will not do");
  const ports = await Promise.all(Array.from({ length: count }, freePort));
  const routes = count === 1 ? [] : await Promise.all(ports.map(freePort));
  const servers: Child[] = [];
  for (const [i, port] of ports.entries()) {
    const home = join(dir, `nats-${i + 1}`);
    await mkdir(home, { recursive: true });
    const config = join(home, "nats.conf");
    await writeFile(config, configText(i, port, home, routes));
    const name = count === 1 ? "broker" : `broker-${i + 1}`;
    servers.push(startChild({ name, program: found.path, args: ["-c", config], logFile: join(home, "log") }));
  }
  for (const [i, port] of ports.entries()) await Promise.race([answers(port, signal), servers[i]?.failed]);
  return {
    urls: ports.map((port) => `nats://127.0.0.1:${port}`),
    servers,
    stop: async () => void (await Promise.all(servers.map((server) => server.stop(5_000)))),
  };
}

function binaryOption(): { binaryOnly: true; binary?: string } {
  const binary = process.env["OCELLI_TEST_NATS_SERVER"];
  return { binaryOnly: true, ...(binary ? { binary } : {}) };
}

function configText(index: number, port: number, home: string, routes: readonly number[]): string {
  const lines = [
    `server_name: bench-${index + 1}`,
    `listen: "127.0.0.1:${port}"`,
    `jetstream { store_dir: "${join(home, "store")}", max_memory_store: 1GB, max_file_store: 40GB }`,
  ];
  if (routes.length > 0) {
    const others = routes.map((route) => `"nats-route://127.0.0.1:${route}"`).join(", ");
    lines.push(`cluster { name: bench, listen: "127.0.0.1:${routes[index]}", routes: [${others}] }`);
  }
  return `${lines.join("\n")}\n`;
}

export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

async function answers(port: number, signal: AbortSignal): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    signal.throwIfAborted();
    const up = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: "127.0.0.1", port });
      socket.once("data", () => resolve(true)).once("error", () => resolve(false));
      setTimeout(() => resolve(false), 1_000).unref();
      socket.once("data", () => socket.destroy());
    });
    if (up) return;
    await sleep(20);
  }
  throw new Dishonest(`nats-server on port ${port} does not answer`);
}
