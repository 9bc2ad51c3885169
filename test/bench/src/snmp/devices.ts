import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { demoNetwork } from "@ocelli/demo";
import { type Child, startNode } from "../processes/child.js";
import { Dishonest, type RowContext } from "../row.js";

export const community = "public";
export const deviceCount = 500;
/** Two processes, for two cores. One device of each is slow by design and left out: it would set the pace of its poll, which is
 *  not what is measured. */
const networks = ["a", "b"] as const;
const devicesPerNetwork = deviceCount / networks.length + 1;
const startsWithinS = 120;

export interface SimulatedDevice {
  readonly id: string;
  readonly type: string;
  readonly endpoint: string;
  readonly interfaces: number;
}

export interface Devices {
  readonly all: readonly SimulatedDevice[];
  /** Of all of them together. */
  readonly interfaces: number;
  /** The simulators' process ids, as `devices-1` and so on. */
  readonly pids: Readonly<Record<string, number>>;
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

/** Starts the demo networks, one UDP port on loopback a device. The same devices each time. */
export async function startDevices(context: RowContext): Promise<Devices> {
  const running = await Promise.all(networks.map((network) => startNetwork(network, context)));
  const children = running.map(({ child }) => child);
  const stop = async (): Promise<void> => void (await Promise.all(children.map((child) => child.stop(3_000))));
  const failed = Promise.race(children.map((child) => child.failed));
  failed.catch(() => {});
  try {
    const lists = running.map(({ network, dir }) => listOf(network, join(dir, "devices.json"), context.signal));
    const all = (await Promise.race([Promise.all(lists), failed])).flat();
    const pids = Object.fromEntries(children.map(({ pid }, i) => [`devices-${i + 1}`, pid]));
    return { all, interfaces: all.reduce((sum, { interfaces }) => sum + interfaces, 0), pids, failed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startNetwork(
  network: string,
  { workDir }: RowContext,
): Promise<{ network: string; dir: string; child: Child }> {
  const dir = join(workDir, `devices-${network}`);
  await mkdir(dir, { recursive: true });
  const child = startNode({
    name: "devices",
    args: [
      createRequire(import.meta.url).resolve("@ocelli/demo/snmp-devices"),
      ...["--dir", dir, "--count", String(devicesPerNetwork), "--community", community, "--lifeline"],
    ],
    logFile: join(dir, "log"),
  });
  return { network, dir, child };
}

async function listOf(network: string, file: string, signal: AbortSignal): Promise<SimulatedDevice[]> {
  const known = new Map(demoNetwork(devicesPerNetwork).map((device) => [device.id, device]));
  const listed = JSON.parse(await textOf(file, signal)) as SimulatedDevice[];
  return listed
    .filter(({ id }) => known.get(id)?.delayMs === 0)
    .map(({ id, type, endpoint }) => {
      return { id: `${network}-${id}`, type, endpoint, interfaces: known.get(id)?.interfaces.length ?? 0 };
    });
}

async function textOf(file: string, signal: AbortSignal): Promise<string> {
  for (let tries = 0; tries < startsWithinS * 20; tries += 1) {
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text !== undefined) return text;
    await sleep(50, undefined, { signal });
  }
  throw new Dishonest(`the simulated devices did not start within ${startsWithinS} s`);
}
