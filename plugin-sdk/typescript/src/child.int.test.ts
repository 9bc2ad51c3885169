import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { joinTokenKey, messageOf, moduleTokenKey } from "@ocelli/model";
import { Plugin, type PollAnswer, Polling } from "@ocelli/proto/plugin";
import { ModuleRegistry } from "@ocelli/proto/registry";
import { PollStatus } from "@ocelli/proto/resource";
import { type Connection, connect, createClient, implement, startServer } from "@ocelli/rpc";
import { describe, expect, test } from "vitest";
import { type Child, startChild, withToken } from "./testing/child-module.js";
import { gate } from "./testing/in-process.js";

const modules = {
  odd: fileURLToPath(new URL("../fixtures/odd-module.mjs", import.meta.url)),
  timer: fileURLToPath(new URL("../../../plugins/timer/dist/main.js", import.meta.url)),
};
let child: Child | undefined;

async function start(module: keyof typeof modules): Promise<Child> {
  child = await startChild(modules[module]);
  return child;
}

async function configure(revision: string, odd: object, secrets: Record<string, string> = {}): Promise<void> {
  await child?.configure(revision, { odd }, secrets);
}

function childConnection(): Connection {
  if (!child) throw new Error("no child was started");
  return child.connection;
}

async function poll(types: readonly string[], revision = "1", deadlineMs = 5_000): Promise<PollAnswer[]> {
  const items = types.map((type, index) => ({
    item: index + 1,
    run: { plugin: "p", revision, deadlineMs },
    resource: { id: `${type}-${index}`, type, endpoint: "e" },
  }));
  const answers: PollAnswer[] = [];
  for await (const part of createClient(Polling, childConnection()).poll({ items }, withToken)) {
    answers.push(...part.answers);
  }
  return answers.sort((a, b) => a.item - b.item);
}

describe("a module started by its host", () => {
  test("says who it is on the socket of its bootstrap line", async () => {
    const { connection } = await start("timer");
    const answer = await createClient(Plugin, connection).handshake({ protocolMajors: [1] }, withToken);
    expect(answer).toMatchObject({ protocolMajor: 1, name: "timer", instanceId: "launch-1", language: "typescript" });
  });

  test("refuses whoever does not know its token", async () => {
    const { connection } = await start("timer");
    const plugin = createClient(Plugin, connection);
    await expect(plugin.handshake({}, { metadata: { [moduleTokenKey]: "guess" } })).rejects.toMatchObject({
      code: "unauthenticated",
    });
    await expect(plugin.handshake({})).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("answers each item of a batch by itself: one wrong, one failed and one late harm no other", async () => {
    await start("odd");
    await configure("1", { answer: 42 });
    const [good, nan, thrown, fault, deaf, slow, last] = await poll(
      ["good", "nan", "throws", "faults", "deaf", "slow", "good"],
      "1",
      300,
    );
    expect(good?.groups[0]?.metrics[0]?.value).toEqual({ case: "doubleValue", value: 42 });
    expect(good?.fault).toBeUndefined();
    expect(nan?.fault?.message).toBe(
      "poll of p (fixtures/odd-module.mjs:10): metric answer of group g is NaN, not a finite number: leave out what was not measured",
    );
    expect(thrown?.fault).toMatchObject({
      message: "poll of p (fixtures/odd-module.mjs:12): TypeError: x is not a function",
      status: PollStatus.INTERNAL,
    });
    expect(fault?.fault).toMatchObject({ message: "the device refused", status: PollStatus.AUTHENTICATION });
    expect(deaf?.fault).toMatchObject({ message: "no result within 300 ms", status: PollStatus.TIMEOUT });
    expect(slow?.fault?.status).toBe(PollStatus.TIMEOUT);
    expect(last?.groups).toHaveLength(1);
  });

  test("is told which settings a call means, and says so where it has never seen them", async () => {
    await start("odd");
    await configure("1", { answer: 1 });
    await expect(poll(["good"], "2")).rejects.toMatchObject({
      code: "precondition",
      message: "plugin p is not configured at revision 2: it has revision 1",
    });
  });

  test("lets a call that runs finish with the settings it started with", async () => {
    const { logged } = await start("odd");
    await configure("1", { answer: 1 });
    const running = poll(["waits"], "1");
    await logged("waiting");
    await configure("2", { answer: 2 });
    const [fresh] = await poll(["good", "opens"], "2");
    const [old] = await running;
    expect(old?.groups[0]?.metrics[0]?.value.value).toBe(1);
    expect(fresh?.groups[0]?.metrics[0]?.value.value).toBe(2);
    await expect(poll(["good"], "1")).rejects.toMatchObject({ code: "precondition" });
  });

  test("finishes what runs when stdin ends, exits with 0 and leaves no socket behind", async () => {
    const { process: running, socket, logged, exited } = await start("odd");
    await configure("1", { answer: 7 });
    const working = poll(["takesTime"]);
    await logged("working");
    running.stdin?.end();
    await logged("draining");
    await expect(poll(["good"])).rejects.toMatchObject({ code: "unavailable" });
    expect((await working)[0]?.groups[0]?.metrics[0]?.value.value).toBe(7);
    expect(await exited).toBe(0);
    expect(existsSync(socket)).toBe(false);
  });

  test("is not harmed by a print, and its secrets are in no line and no answer", async () => {
    const { stderr, stdout } = await start("odd");
    await configure("1", { answer: 7 }, { "/odd/password": 'hunter"22' });
    const [printed, leaked] = await poll(["prints", "leaks"]);
    expect(printed?.groups).toHaveLength(1);
    expect(leaked?.fault?.message).toBe("poll of p (fixtures/odd-module.mjs:43): Error: no entry with ***");
    expect(stdout).toEqual(["a stray print"]);
    const lines = stderr.join("\n");
    expect(lines).toContain('"password":"***"');
    expect(lines).not.toContain("hunter");
  });

  test("says why it dies of what nobody caught, and exits with 1", async () => {
    const { exited, stderr } = await start("odd");
    await configure("1", { answer: 7 });
    await poll(["dies"]).catch(messageOf);
    expect(await exited).toBe(1);
    expect(stderr.at(-1)).toContain("nobody caught me");
  });
});

describe("a module started by itself", () => {
  test("serves on its address, registers there, and takes itself away on SIGTERM", async () => {
    const events: string[] = [];
    const beating = gate();
    let endpoint = "";
    const service = implement(ModuleRegistry, {
      register: (request, ctx) => {
        events.push(`register ${request.name} with ${ctx.metadata(joinTokenKey)}`);
        endpoint = request.endpoint;
        return { leaseMs: 15_000, heartbeatEveryMs: 5_000 };
      },
      async *heartbeat(requests) {
        for await (const _beat of requests) {
          beating.open();
          yield {};
        }
      },
      deregister: ({ name }) => {
        events.push(`deregister ${name}`);
        return {};
      },
    });
    const registry = await startServer({ listen: "127.0.0.1:0", services: [service] });
    const env = {
      ...process.env,
      OCELLI_MODULE_LISTEN: "127.0.0.1:0",
      OCELLI_REGISTRY: registry.endpoint,
      OCELLI_JOIN_TOKEN: "join-me",
    };
    const started = spawn(process.execPath, [modules.timer], { stdio: "ignore", env });
    const exited = once(started, "exit");
    try {
      await beating.opened;
      const connection = connect(endpoint);
      const answer = await createClient(Plugin, connection).handshake({ protocolMajors: [1] });
      connection.close();
      expect(answer).toMatchObject({ protocolMajor: 1, name: "timer" });
      started.kill("SIGTERM");
      expect(await exited).toEqual([0, null]);
      expect(events).toEqual(["register timer with join-me", "deregister timer"]);
    } finally {
      started.kill("SIGKILL");
      await registry.shutdown(0);
    }
  });

  test("by hand, with nothing on stdin, says what to do and exits with 2", () => {
    const { status, stderr } = spawnSync(process.execPath, [modules.timer], { input: "", encoding: "utf8" });
    expect(status).toBe(2);
    expect(stderr).toContain("ocelli poll once");
  });
});
