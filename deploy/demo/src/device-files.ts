import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DemoDevice } from "./demo-network.js";

/** What the device process remembers from one start to the next. */
export interface DeviceMemory {
  /** When the network first started, epoch ms: counters go on from there, as they do on a device that stays up. */
  readonly startedAtMs: number;
  /** The UDP port of each device, by id. */
  readonly ports: Readonly<Record<string, number>>;
}

/** The memory in `dir`, or undefined where there is none or it cannot be understood. */
export async function readMemory(dir: string): Promise<DeviceMemory | undefined> {
  try {
    const found = JSON.parse(await readFile(memoryFile(dir), "utf8")) as Partial<DeviceMemory> | null;
    if (typeof found?.startedAtMs !== "number" || typeof found.ports !== "object" || found.ports === null)
      return undefined;
    return { startedAtMs: found.startedAtMs, ports: found.ports };
  } catch {
    return undefined;
  }
}

/** Writes the memory and `devices.json`, the list that file-discovery reads. Readers see the old file or the new one. */
export async function writeDeviceFiles(
  dir: string,
  devices: readonly (readonly [device: DemoDevice, port: number])[],
  startedAtMs: number,
): Promise<void> {
  await mkdir(dir, { recursive: true });
  const ports = Object.fromEntries(devices.map(([{ id }, port]) => [id, port]));
  await replace(memoryFile(dir), { startedAtMs, ports } satisfies DeviceMemory);
  await replace(join(dir, "devices.json"), devices.map(resourceOf));
}

function resourceOf([device, port]: readonly [DemoDevice, number]): unknown {
  return {
    id: device.id,
    site: device.site,
    class: "network",
    subclass: device.subclass,
    type: device.type,
    endpoint: `127.0.0.1:${port}`,
    metadata: { model: device.model },
  };
}

function memoryFile(dir: string): string {
  return join(dir, "snmp-devices-memory.json");
}

async function replace(file: string, content: unknown): Promise<void> {
  const draft = `${file}.${process.pid}.draft`;
  await writeFile(draft, `${JSON.stringify(content, undefined, 2)}\n`);
  await rename(draft, file);
}
