import { setTimeout as sleep } from "node:timers/promises";
import type { Bus } from "@ocelli/bus";
import type { AgentStatus, PluginReport } from "@ocelli/model";
import { Dishonest } from "../row.js";

const readyWithinMs = 90_000;

/** What the agent says of its plugins: when both are ready, and what happened to them since. */
export class AgentReports {
  readonly #watching = new AbortController();
  readonly #ended: Promise<void>;
  readonly #ready: Promise<void>;
  #now = "no agent said anything";
  #trouble: string | undefined;

  constructor(bus: Bus) {
    let allReady = (): void => {};
    this.#ready = new Promise((resolve) => {
      allReady = resolve;
    });
    const put = ({ value }: { value: AgentStatus }): void => {
      this.#note(value.reports);
      if (value.reports.filter(({ state }) => state === "ready").length === 2) allReady();
    };
    this.#ended = bus.agents.watch({ put, gone() {}, caughtUp() {} }, this.#watching.signal);
  }

  /** The first reason for which a module was away or complained; empty where there is none. */
  get trouble(): string {
    return this.#trouble ?? "";
  }

  async ready(signal: AbortSignal): Promise<void> {
    const waiting = new AbortController();
    const late = sleep(readyWithinMs, undefined, { signal: AbortSignal.any([waiting.signal, signal]) }).then(() => {
      throw new Dishonest(`the plugins were not ready within ${readyWithinMs / 1000} s: ${this.#now}`);
    });
    late.catch(() => {});
    await Promise.race([this.#ready, late]).finally(() => waiting.abort());
    // From here on a reason is trouble, not the course of a start.
    this.#trouble = undefined;
  }

  async close(): Promise<void> {
    this.#watching.abort();
    await this.#ended;
  }

  #note(reports: readonly PluginReport[]): void {
    this.#now = reports.map(({ plugin, state, reason }) => `${plugin}: ${state} ${reason}`).join("; ");
    for (const { plugin, reason, lastError } of reports) {
      if (reason !== "" || lastError !== "") this.#trouble ??= `${plugin}: ${reason || lastError}`;
    }
  }
}
