import type { Bus, DeliveredTask } from "@ocelli/bus";
import type { PairRegister, Task } from "@ocelli/model";
import { anAgent } from "./builders.js";

/** One run as the device saw it. Instants are epoch ms of the broker's clock. */
export interface DeviceHit {
  readonly key: string;
  readonly task: Task;
  readonly startedAtMs: number;
}

/** Takes tasks and claims, runs and completes them as an agent does, and keeps a log of what the devices saw. */
export class FakeAgent {
  readonly hits: DeviceHit[] = [];
  /** Tasks whose claim was refused because the pair had moved. */
  readonly superseded: Task[] = [];
  readonly expired: Task[] = [];
  runMs = 20;
  readonly #bus: Bus;
  readonly #stop = new AbortController();

  constructor(bus: Bus, plugins: readonly string[]) {
    this.#bus = bus;
    for (const plugin of plugins) {
      const onTask = (delivered: DeliveredTask): void => void this.#run(delivered);
      bus.tasks.take({ plugin, free: () => 500, onTask, onGarbage: () => {} }, this.#stop.signal);
    }
  }

  /** Says that it has the plugins ready, for an hour. */
  async report(plugins: readonly string[]): Promise<void> {
    const states = Object.fromEntries(plugins.map((plugin) => [plugin, "ready" as const]));
    await this.#bus.agents.put("fake", { ...anAgent("fake", states), leaseMs: 3_600_000 });
  }

  close(): void {
    this.#stop.abort();
  }

  async #run({ task, partition, delivery }: DeliveredTask): Promise<void> {
    const table = this.#bus.registers[partition];
    const resourceId = task.resource?.id ?? "";
    const key = [task.plugin, resourceId] as const;
    if (task.expiresAtMs <= this.#bus.brokerNowMs()) {
      this.expired.push(task);
      delivery.ack();
      return;
    }
    const running: PairRegister = {
      plugin: task.plugin,
      resourceId,
      running: true,
      agentId: "fake",
      attempt: "1",
      fence: 0,
      leaseMs: 15_000,
      slotAtMs: task.slotAtMs,
      startedAtMs: 0,
      finishedAtMs: 0,
      status: "success",
      state: task.state,
    };
    const claim = await table?.update(key, running, task.revision).catch(() => undefined);
    delivery.ack();
    if (claim?.kind !== "done") {
      this.superseded.push(task);
      return;
    }
    const startedAtMs = this.#bus.brokerNowMs();
    this.hits.push({ key: key.join(" "), task, startedAtMs });
    await new Promise((resolve) => setTimeout(resolve, this.runMs));
    const idle = {
      ...running,
      running: false,
      fence: claim.revision,
      startedAtMs,
      finishedAtMs: startedAtMs + this.runMs,
    };
    await table?.update(key, idle, claim.revision).catch(() => undefined);
  }
}
