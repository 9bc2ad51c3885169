import { Plugin } from "@ocelli/proto/plugin";
import { type Connection, connect, createClient } from "@ocelli/rpc";
import { afterEach } from "vitest";
import type { PluginModule } from "../define-plugin.js";
import { createLog } from "../log.js";
import { Redactor } from "../redactor.js";
import { type RunningModule, startModule } from "../start-module.js";
import { systemClock } from "../system-clock.js";

const open: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

export interface ServedModule {
  readonly running: RunningModule;
  readonly connection: Connection;
  /** Gives plugin `p` settings at a revision. */
  configure(revision: string, settings?: unknown): Promise<void>;
}

/** A module that serves on a loopback port in this process until the test is over. */
export async function served(module: PluginModule, limits = { messageBytes: 0 }): Promise<ServedModule> {
  const redactor = new Redactor();
  const running = await startModule(module, {
    listen: "127.0.0.1:0",
    token: undefined,
    limits: { itemsPerCall: 0, callsInFlight: 0, ...limits },
    identity: { instanceId: "i", bootId: "b" },
    clock: systemClock,
    log: createLog({ level: "info", nowMs: () => 0, redactor, write: () => {} }),
    redactor,
  });
  const connection = connect(running.endpoint);
  open.push(
    () => running.stop(0, "the test is over"),
    () => connection.close(),
  );
  const plugin = createClient(Plugin, connection);
  return {
    running,
    connection,
    async configure(revision, settings = {}) {
      const answer = await plugin.configure({ plugin: "p", revision, settingsJson: JSON.stringify(settings) });
      if (answer.diagnostics.length > 0) throw new Error(answer.diagnostics.map((one) => one.summary).join());
    },
  };
}

export async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const seen: T[] = [];
  for await (const one of stream) seen.push(one);
  return seen;
}

/** A promise and what settles it. */
export function gate<T = void>(): { readonly open: (value: T) => void; readonly opened: Promise<T> } {
  let open: (value: T) => void = () => {};
  const opened = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}
