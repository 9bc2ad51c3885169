import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OcelliError } from "@ocelli/model";
import { Plugin, Polling } from "@ocelli/proto/plugin";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect, createClient, askHealth as healthOf, startServer } from "./index.js";
import { askHealth, askReflection } from "./testing/foreign-clients.js";
import { all, gate, loopback, plugin, polling, whenAborted } from "./testing/loopback.js";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "ocelli-rpc-"));
});
afterAll(() => rmSync(dir, { recursive: true }));

const echo = plugin((name) => name);

describe("a server", () => {
  test("serves on a unix socket, over a stale one that a killed process left", async () => {
    const path = join(dir, "stale");
    const bindAndDie = `require("net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 9))`;
    spawnSync(process.execPath, ["-e", bindAndDie]);
    expect(existsSync(path)).toBe(true);
    const listen = `unix:${path}`;
    const { server, connection } = await loopback([echo], { listen });
    expect(server.endpoint).toBe(listen);
    expect((await createClient(Plugin, connection).handshake({ launchId: "a" })).name).toBe("a");
  });

  test.for([
    {
      why: "a socket path that Node would cut off",
      listen: () => `unix:/tmp/${"d".repeat(100)}`,
      code: "invalid",
      text: /is 105 bytes long; at most 100/,
    },
    { why: "an address without a port", listen: () => "127.0.0.1", code: "invalid", text: /"127.0.0.1" is no address/ },
    { why: "a port that cannot be", listen: () => "127.0.0.1:70000", code: "invalid", text: /is no address/ },
    {
      why: "a file that is no socket",
      listen: () => {
        writeFileSync(join(dir, "precious"), "data");
        return `unix:${join(dir, "precious")}`;
      },
      code: "conflict",
      text: /precious exists and is no socket/,
    },
  ])("refuses $why", async ({ listen, code, text }) => {
    const started = startServer({ listen: listen(), services: [echo] });
    await expect(started).rejects.toMatchObject({ code, message: expect.stringMatching(text) });
  });

  test("says which port is taken", async () => {
    const { server } = await loopback([echo]);
    const second = startServer({ listen: server.endpoint, services: [echo] });
    await expect(second).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining(server.endpoint),
    });
  });

  test("asks its check before every handler, those of health and reflection included", async () => {
    let served = 0;
    const service = plugin((name) => {
      served += 1;
      return name;
    });
    const { server, connection } = await loopback([service], {
      check: (metadata, method) => {
        if (metadata("token") !== "t") throw new OcelliError("unauthenticated", `no token for ${method}`);
      },
    });
    const client = createClient(Plugin, connection);
    await expect(client.handshake({})).rejects.toMatchObject({
      code: "unauthenticated",
      message: "no token for /ocelli.plugin.v1.Plugin/Handshake",
    });
    expect(served).toBe(0);
    expect((await client.handshake({ launchId: "in" }, { metadata: { token: "t" } })).name).toBe("in");
    await expect(askHealth(server.endpoint, "")).rejects.toMatchObject({ code: 16 });
    await expect(askReflection(server.endpoint, { listServices: "*" })).rejects.toMatchObject({ code: 16 });
    expect(await askHealth(server.endpoint, "", { token: "t" })).toBe("SERVING");
  });

  test("tells health checks how it is, as a whole and by service", async () => {
    const { server, connection } = await loopback([echo]);
    expect(await askHealth(server.endpoint, "")).toBe("SERVING");
    expect(await healthOf(connection, {})).toBe("serving");
    expect(await askHealth(server.endpoint, "ocelli.plugin.v1.Plugin")).toBe("SERVING");
    server.setServing(false);
    expect(await askHealth(server.endpoint, "")).toBe("NOT_SERVING");
    expect(await healthOf(connection, {})).toBe("not_serving");
  });

  test("shows its services and everything their files import by reflection", async () => {
    const { server } = await loopback([echo]);
    const { listServicesResponse } = await askReflection(server.endpoint, { listServices: "*" });
    expect(listServicesResponse?.service).toEqual([{ name: "ocelli.plugin.v1.Plugin" }]);
    const symbol = { fileContainingSymbol: "ocelli.plugin.v1.Plugin" };
    const { fileDescriptorResponse } = await askReflection(server.endpoint, symbol);
    const files = fileDescriptorResponse?.fileDescriptorProto.map((bytes) => bytes.toString("latin1")).join() ?? "";
    for (const file of [
      "ocelli/plugin/v1/plugin.proto",
      "ocelli/resource/v1/resource.proto",
      "ocelli/task/v1/task.proto",
    ]) {
      expect(files).toContain(file);
    }
  });
});

describe("a shutdown", () => {
  test("lets a call finish, refuses new ones, and then is over", async () => {
    const entered = gate();
    const finish = gate();
    const service = plugin(async () => {
      entered.open();
      await finish.opened;
      return "done";
    });
    const { server, connection } = await loopback([service]);
    const running = createClient(Plugin, connection).handshake({});
    await entered.opened;
    const down = server.shutdown(60_000);
    const late = connect(server.endpoint);
    await expect(createClient(Plugin, late).handshake({})).rejects.toMatchObject({ code: "unavailable" });
    late.close();
    finish.open();
    expect((await running).name).toBe("done");
    await down;
  });

  test("tells endless streams to end, and does not wait for those that nobody works on", async () => {
    const entered = gate();
    const service = polling(async function* (_request, ctx) {
      yield { answers: [{ item: 1 }] };
      entered.open();
      await whenAborted(ctx.draining);
      yield { answers: [{ item: 2 }] };
    });
    const { server, connection } = await loopback([service]);
    const parts = all(createClient(Polling, connection).poll({}));
    await entered.opened;
    await server.shutdown(60_000);
    expect(await parts).toHaveLength(2);
  });

  test("ends what does not end by itself once the grace time is over", async () => {
    const entered = gate();
    const service = plugin(async () => {
      entered.open();
      await new Promise(() => {});
      return "never";
    });
    const { server, connection } = await loopback([service]);
    const stuck = createClient(Plugin, connection).handshake({});
    const ended = expect(stuck).rejects.toMatchObject({ code: "unavailable" });
    await entered.opened;
    await server.shutdown(50);
    await ended;
  });
});
