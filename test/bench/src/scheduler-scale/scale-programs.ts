import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { firstReport, readReport } from "../modules/read-report.js";
import { type Child, startNode } from "../processes/child.js";
import { type Nats, startNats } from "../processes/nats.js";
import { Dishonest, profileDir, type RowContext } from "../row.js";
import { writePlan } from "./plan-in-kv.js";
import { openScaleBus, partitions } from "./scale-bus.js";

const startsWithinS = 300;
const program = (name: string): string => fileURLToPath(new URL(`${name}.js`, import.meta.url));
const schedulerMain = fileURLToPath(new URL("../../../../services/scheduler/dist/main.js", import.meta.url));

/** A broker whose buckets hold a plan, and the programs that use it. */
export class ScalePrograms {
  readonly #nats: Nats;
  readonly #context: RowContext;
  readonly #running: Child[] = [];

  private constructor(nats: Nats, context: RowContext) {
    this.#nats = nats;
    this.#context = context;
  }

  static async start(context: RowContext): Promise<ScalePrograms> {
    return new ScalePrograms(await startNats(context.workDir, 1, context.signal), context);
  }

  get brokerPid(): number {
    return this.#nats.servers[0]?.pid ?? 0;
  }

  get #url(): string {
    return this.#nats.urls[0] ?? "";
  }

  get #socket(): string {
    return join(this.#context.workDir, "stand-in.sock");
  }

  /** Rejects when any of them ends by itself. */
  failed(): Promise<never> {
    const failed = Promise.race([...this.#running, ...this.#nats.servers].map((child) => child.failed));
    failed.catch(() => {});
    return failed;
  }

  /** What the stand-in completed. */
  read = async () => await readReport(this.#socket);

  async writePlan(pairs: number, frequencyMs: number): Promise<void> {
    const { signal } = this.#context;
    const bus = await openScaleBus(this.#url, "bench", signal);
    await writePlan(bus, pairs, frequencyMs, signal).finally(() => bus.close());
  }

  async startStandIn(): Promise<Child> {
    const standIn = this.#start("stand-in", [program("stand-in"), this.#url, this.#socket]);
    await Promise.race([firstReport(this.#socket, this.#context.signal), standIn.failed]);
    return standIn;
  }

  startPublisher(perS: number): Child {
    return this.#start("bare-publisher", [program("bare-publisher"), this.#url, String(perS)]);
  }

  /** Starts the scheduler, and says how long it took until its first task was done. */
  async startScheduler(): Promise<{ readonly scheduler: Child; readonly coldStartS: number }> {
    const spawnedAtMs = performance.now();
    const scheduler = this.#start("scheduler", [schedulerMain], {
      OCELLI_LIFELINE: "stdin",
      OCELLI_NATS__URLS: this.#url,
      OCELLI_NATS__PARTITIONS: String(partitions),
      OCELLI_LOG__LEVEL: "warn",
      OCELLI_SCHEDULER__ID: "scheduler-1",
    });
    await Promise.race([this.#firstRun(), scheduler.failed]);
    return { scheduler, coldStartS: (performance.now() - spawnedAtMs) / 1000 };
  }

  async stop(): Promise<void> {
    await Promise.all(this.#running.map((child) => child.stop(3_000)));
    await this.#nats.stop();
  }

  #start(name: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Child {
    const profileTo = this.#context.profile === name ? profileDir(this.#context) : undefined;
    const child = startNode({
      name,
      args,
      env,
      logFile: join(this.#context.workDir, `${name}.log`),
      profileDir: profileTo,
    });
    this.#running.push(child);
    return child;
  }

  async #firstRun(): Promise<void> {
    for (let tries = 0; tries < startsWithinS * 20; tries += 1) {
      if ((await this.read()).count > 0) return;
      await sleep(50, undefined, { signal: this.#context.signal });
    }
    throw new Dishonest(`the scheduler schedules nothing within ${startsWithinS} s`);
  }
}
