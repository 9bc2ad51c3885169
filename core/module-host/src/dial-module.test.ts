import type { HandshakeResponse } from "@ocelli/proto/plugin";
import { Plugin, Polling } from "@ocelli/proto/plugin";
import { implement, type RunningServer, startServer } from "@ocelli/rpc";
import { afterEach, expect, test } from "vitest";
import { dialModule } from "./dial-module.js";
import { DescriptionCache } from "./link/describe.js";
import { SettingsShelf } from "./link/settings-shelf.js";
import { linkHost, never, workItem } from "./testing/fake-modules.js";

const open: RunningServer[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) await server.shutdown(0);
});

async function serve(says: Partial<Pick<HandshakeResponse, "name" | "protocolMajor" | "describeDigest">> = {}) {
  const asked = { describe: 0 };
  const plugin = implement(Plugin, {
    handshake: () => ({ protocolMajor: 1, name: "snmp", version: "1.0.0", ...says }),
    describe: () => {
      asked.describe += 1;
      return { services: [3] };
    },
    validateConfig: () => ({}),
    configure: () => ({}),
    drain: () => ({}),
  });
  const polling = implement(Polling, {
    async *poll() {},
  });
  const server = await startServer({ listen: "127.0.0.1:0", services: [plugin, polling] });
  open.push(server);
  return { server, asked };
}

const dial = (endpoint: string, more = {}) =>
  dialModule({ endpoint, name: "snmp", host: linkHost, shelf: new SettingsShelf(), timeoutMs: 1_500, ...more }, never);

test("a module that answers is up until a call finds it gone", async () => {
  const { server } = await serve();
  const outcome = await dial(server.endpoint);
  if (outcome.kind === "failed") throw new Error(outcome.reason);
  const { module } = outcome;
  expect(module.link.title).toBe("snmp 1.0.0");
  await server.shutdown(0);
  for await (const answer of module.link.poll([workItem("a")], {}, never)) {
    expect(answer.fault).toMatchObject({ scope: "module", status: "internal" });
  }
  expect(await module.ended).toMatch(/snmp 1\.0\.0 is not available/);
  module.close();
});

test.for([
  {
    why: "a module with another name than it registered is refused",
    says: { name: "other" },
    reason: /is other 1\.0\.0, and not the module that registered/,
  },
  {
    why: "a module of another protocol is refused",
    says: { protocolMajor: 2 },
    reason: /cannot be used: snmp 1\.0\.0 speaks protocol version 2/,
  },
])("$why", async ({ says, reason }) => {
  const { server } = await serve(says);
  expect(await dial(server.endpoint)).toMatchObject({ kind: "failed", reason: expect.stringMatching(reason) });
});

test("an address where nobody listens is told", async () => {
  const { server } = await serve();
  await server.shutdown(0);
  const outcome = await dial(server.endpoint, { timeoutMs: 200 });
  expect(outcome).toEqual({ kind: "failed", reason: `snmp at ${server.endpoint} does not answer` });
});

test("a description is asked for once for each digest", async () => {
  const { server, asked } = await serve({ describeDigest: "abc" });
  const host = { ...linkHost, descriptions: new DescriptionCache() };
  for (let i = 0; i < 3; i += 1) {
    const outcome = await dial(server.endpoint, { host });
    if (outcome.kind === "up") outcome.module.close();
  }
  expect(asked.describe).toBe(1);
});
