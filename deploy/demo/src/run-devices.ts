import { createWriteStream } from "node:fs";
import { demoMib } from "./demo-mib.js";
import { type DemoDevice, demoNetwork } from "./demo-network.js";
import { readMemory, writeDeviceFiles } from "./device-files.js";
import type { DeviceOptions } from "./device-options.js";
import { type AgentOptions, type RunningAgent, startSnmpAgent } from "./snmp-agent.js";

export interface RunningDevices {
  readonly count: number;
  /** Epoch ms that `elapsedMs` of the known counters counts from. */
  readonly startedAtMs: number;
  close(): Promise<void>;
}

/** Starts the demo network on loopback: one UDP port a device, the same ports as last time where they are free. */
export async function runDevices(options: DeviceOptions): Promise<RunningDevices> {
  const memory = await readMemory(options.dir);
  const startedAtMs = memory?.startedAtMs ?? Date.now();
  // A stepped wall clock must not move the counters: it is read once.
  const offsetMs = Date.now() - startedAtMs - performance.now();
  const elapsedMs = (): number => performance.now() + offsetMs;
  const log = options.log === undefined ? undefined : createWriteStream(options.log, { flags: "a" });
  const running: (readonly [DemoDevice, RunningAgent])[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(running.map(([, agent]) => agent.close()));
    if (log) await new Promise<void>((resolve) => log.end(resolve));
  };
  try {
    for (const device of demoNetwork(options.count, options.dead)) {
      // The instant of every value in the answer that is being made.
      let atMs = 0;
      const agent = await onPort(memory?.ports[device.id] ?? 0, {
        tree() {
          atMs = elapsedMs();
          return demoMib(device, atMs);
        },
        communities: [options.community],
        delayMs: device.delayMs,
        dead: device.dead,
        onArrival({ monotonicNs, pdu, requestId, firstOid, columns, accepted }) {
          const seen = { monotonicNs: monotonicNs.toString(), device: device.id, pdu, requestId, firstOid, columns };
          const answered = accepted && requestId !== 0 ? { elapsedMs: atMs } : {};
          log?.write(`${JSON.stringify({ ...seen, accepted, ...answered })}\n`);
        },
      });
      running.push([device, agent]);
    }
    await writeDeviceFiles(
      options.dir,
      running.map(([device, { port }]) => [device, port] as const),
      startedAtMs,
    );
  } catch (error) {
    await close();
    throw error;
  }
  return { count: running.length, startedAtMs, close };
}

async function onPort(port: number, options: Omit<AgentOptions, "port">): Promise<RunningAgent> {
  try {
    return await startSnmpAgent({ ...options, port });
  } catch (error) {
    if (port === 0) throw error;
    return startSnmpAgent({ ...options, port: 0 });
  }
}
