import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { root } from "./paths.js";

/** One request as the device saw it. Instants are ms of its own monotonic clock. */
export interface Visit {
  readonly beganAtMs: number;
  endedAtMs: number;
  readonly poller: string;
}

export interface HttpDevice {
  readonly endpoint: string;
  /** In the order of their arrival. */
  readonly visits: readonly Visit[];
  stop(): void;
}

interface Line {
  readonly port?: number;
  readonly id?: number;
  readonly began?: number;
  readonly ended?: number;
  readonly from?: string;
}

/** Starts a device in a process of its own, whose log is not held up by what the test does. */
export async function startHttpDevice(delayMs: number): Promise<HttpDevice> {
  const child = spawn(process.execPath, [root("test/e2e/src/world/http-device.mjs"), String(delayMs)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const visits: Visit[] = [];
  const port = await new Promise<number>((resolve, reject) => {
    child.once("exit", () => reject(new Error("the device ended before it listened")));
    createInterface({ input: child.stdout }).on("line", (text) => {
      const { port, id = 0, began, ended, from = "" } = JSON.parse(text) as Line;
      if (port !== undefined) resolve(port);
      if (began !== undefined) visits[id - 1] = { beganAtMs: began, endedAtMs: Number.POSITIVE_INFINITY, poller: from };
      const visit = visits[id - 1];
      if (ended !== undefined && visit) visit.endedAtMs = ended;
    });
  });
  return { endpoint: `127.0.0.1:${port}`, visits, stop: () => void child.stdin.end() };
}

/** The most visits that were on at a time. */
export function mostAtOnce(visits: readonly Visit[]): number {
  const atOnce = visits.map(
    ({ beganAtMs }) => visits.filter((other) => other.beganAtMs <= beganAtMs && other.endedAtMs > beganAtMs).length,
  );
  return Math.max(0, ...atOnce);
}

/** The shortest span between two arrivals, in ms. */
export function shortestGapMs(visits: readonly Visit[]): number {
  const starts = visits.map(({ beganAtMs }) => beganAtMs).sort((a, b) => a - b);
  return Math.min(...starts.slice(1).map((at, i) => at - (starts[i] ?? 0)));
}
