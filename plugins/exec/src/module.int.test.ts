import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { create } from "@bufbuild/protobuf";
import { moduleTokenKey } from "@ocelli/model";
import { ItemSchema, Plugin, Polling } from "@ocelli/proto/plugin";
import { connect, createClient } from "@ocelli/rpc";
import { expect, test } from "vitest";
import { bench, gone } from "./testing/scripts.js";

const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const token = "a-token";

interface Started {
  readonly module: ReturnType<typeof spawn>;
  /** Of the program, its child, and a grandchild in a session of its own. */
  readonly pids: number[];
  /** Lets the module finish, for a moment, and end. */
  end(): Promise<void>;
}

/** Starts the module as an agent does, and a run that lasts. Resolves with the module once the script has begun. */
async function startModule(mode: "per_run" | "kept"): Promise<Started> {
  const { script, read, directory } = await bench();
  await script("grandchild", `#!/bin/sh\ntrap '' TERM\necho $$ > grandchild-pid\nwhile :; do sleep 1; done\n`);
  await script("far", `#!/bin/sh\ntrap '' TERM HUP\necho $$ > far-pid\nwhile :; do sleep 1; done\n`);
  await script(
    "c",
    `#!/bin/sh\ntrap '' TERM\n./grandchild &\nsetsid ./far &\necho $$ > pid\nwhile :; do sleep 1; done\n`,
  );
  const module = spawn(process.execPath, [main], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  const socket = `${directory}/s`;
  module.stdin?.write(`${JSON.stringify({ protocolMajors: [1], socket, token, launchId: "l", limits: {} })}\n`);
  const connection = connect(`unix:${socket}`);
  await connection.ready(20_000);
  const metadata = { [moduleTokenKey]: token };
  const settings = { exec: { command: `${directory}/c`, format: "nagios", mode, directory } };
  const configured = { plugin: "p", revision: "1", settingsJson: JSON.stringify(settings) };
  expect(await createClient(Plugin, connection).configure(configured, { metadata })).toMatchObject({ diagnostics: [] });
  const item = create(ItemSchema, {
    item: 1,
    run: { plugin: "p", revision: "1", deadlineMs: 60_000 },
    resource: { id: "r" },
  });
  const answers = createClient(Polling, connection).poll({ items: [item] }, { metadata });
  void (async () => {
    try {
      for await (const _ of answers) expect.fail("the run lasts");
    } catch {
      // The module is gone, or has ended the run.
    }
  })();
  const pids = await Promise.all(["pid", "grandchild-pid", "far-pid"].map(async (name) => Number(await read(name))));
  const end = async (): Promise<void> => {
    const exited = once(module, "exit");
    await createClient(Plugin, connection).drain({ graceMs: 100, reason: "the test ends it" }, { metadata });
    module.stdin?.end();
    await exited;
  };
  return { module, pids, end };
}

test.for(["per_run", "kept"] as const)("a module that is killed leaves no program behind (%s)", async (mode) => {
  const { module, pids } = await startModule(mode);
  process.kill(-(module.pid ?? 0), "SIGKILL");
  await Promise.all(pids.map(gone));
});

test.for(["per_run", "kept"] as const)(
  "a module that is drained and ended leaves no program behind (%s)",
  async (mode) => {
    const { pids, end } = await startModule(mode);
    await end();
    await Promise.all(pids.map(gone));
  },
);
