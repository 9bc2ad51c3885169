import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Behaviour, BehaviourChange, DevicePorts, DeviceProcessOptions } from "../device/behaviour.js";
import { type DeviceHit, readDeviceLog } from "../device/device-log.js";
import { ownProgram } from "./paths.js";

export interface DevicesOptions extends Behaviour {
  readonly count: number;
  /** Over how many processes they are spread. */
  readonly processes: number;
  readonly host: string;
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The fake devices, in processes of their own that no fault touches. */
export class Devices {
  readonly #children: readonly ChildProcess[];
  readonly #logs: readonly string[];
  /** UDP port by device. */
  readonly ports: ReadonlyMap<string, number>;
  readonly #host: string;

  private constructor(
    children: readonly ChildProcess[],
    logs: readonly string[],
    ports: ReadonlyMap<string, number>,
    host: string,
  ) {
    this.#children = children;
    this.#logs = logs;
    this.ports = ports;
    this.#host = host;
  }

  static async start(options: DevicesOptions): Promise<Devices> {
    const { count, processes, host, dir, env, latencyMs, dead } = options;
    const ids = Array.from({ length: count }, (_, i) => `device-${String(i + 1).padStart(4, "0")}`);
    const started = Array.from({ length: processes }, (_, i) => {
      const logFile = join(dir, `devices-${i + 1}.log`);
      const own: DeviceProcessOptions = {
        ids: ids.filter((_, j) => j % processes === i),
        host,
        logFile,
        latencyMs,
        dead,
      };
      const child = spawn(process.execPath, [ownProgram("device/main.js"), JSON.stringify(own)], {
        env,
        detached: true,
        stdio: ["pipe", "pipe", "inherit"],
      });
      child.stdin.on("error", () => {});
      return { child, logFile };
    });
    const ports = new Map<string, number>();
    for (const { child } of started) {
      const lines = createInterface({ input: child.stdout });
      const [line] = (await Promise.race([
        once(lines, "line"),
        once(child, "exit").then(() => Promise.reject(new Error("a device process ended at once"))),
      ])) as [string];
      for (const [id, port] of Object.entries(JSON.parse(line) as DevicePorts)) ports.set(id, port);
    }
    const inOrder = new Map([...ports].sort(([a], [b]) => a.localeCompare(b)));
    return new Devices(
      started.map(({ child }) => child),
      started.map(({ logFile }) => logFile),
      inOrder,
      host,
    );
  }

  /** host:port of a device. */
  endpoint(id: string): string {
    return `${this.#host}:${this.ports.get(id)}`;
  }

  get ids(): readonly string[] {
    return [...this.ports.keys()];
  }

  /** Changes how devices answer from now on. */
  behave(change: BehaviourChange): void {
    for (const child of this.#children) child.stdin?.write(`${JSON.stringify(change)}\n`);
  }

  /** Where their logs lie. */
  get logs(): readonly string[] {
    return this.#logs;
  }

  /** What they saw so far. After `stop` it is everything. */
  log(): DeviceHit[] {
    return this.#logs.flatMap(readDeviceLog).sort((a, b) => a.beginMonoMs - b.beginMonoMs);
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        if (child.exitCode !== null) throw new Error("a device process died during the run: its log is not whole");
        const gone = once(child, "exit");
        child.stdin?.end();
        await gone;
      }),
    );
  }
}
