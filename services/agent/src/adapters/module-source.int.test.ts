import { fileURLToPath } from "node:url";
import type { ModuleRecord, PackedAnswer, PluginRecord, PluginSpec } from "@ocelli/model";
import { eventually, realClock } from "@ocelli/test-kit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { PluginHost } from "../domain/plugin-host.js";
import { FakeFeed, record } from "../testing/fake-source.js";
import { spec as anySpec, resource } from "../testing/fakes.js";
import { moduleSource } from "./module-source.js";

// Real modules of core/module-host/testdata, each in a process of its own.

let plugins: FakeFeed<PluginRecord>;
let host: PluginHost;
let lines: string[];
const pids = (): number[] => lines.flatMap((line) => /up pid (\d+)/.exec(line)?.[1] ?? []).map(Number);

beforeEach(() => {
  lines = [];
  plugins = new FakeFeed();
  const line = (fields: object, message: string): void => {
    lines.push(`${message}${"pid" in fields ? ` pid ${fields.pid}` : ""}`.replace("module is up", "up"));
  };
  const log = { debug: line, info: line, warn: line, error: line };
  const source = moduleSource({ clock: realClock, hostVersion: "0.0.0-test", startTimeoutMs: 10_000, log });
  host = new PluginHost({
    clock: realClock,
    random: () => 0.5,
    agentId: "agent-1",
    plugins,
    modules: new FakeFeed<ModuleRecord>(),
    source,
    graceMs: 1_000,
  });
});

afterEach(async () => {
  await host.close(500);
  await eventually(() => {
    for (const pid of pids()) expect(() => process.kill(-pid, 0), `process group ${pid}`).toThrow(/ESRCH/);
  });
});

const modulePath = (name: string): string => {
  return fileURLToPath(new URL(`../../../../core/module-host/testdata/${name}`, import.meta.url));
};
const spec = (name: string, module: string, more: Partial<PluginSpec> = {}): PluginSpec => {
  return { ...anySpec, name, module: modulePath(module), service: "polling", ...more };
};
const report = (name: string) => host.status().find(({ plugin }) => plugin === name);

async function poll(plugin: string) {
  const hosted = host.ready().get(plugin);
  if (!hosted) throw new Error(`${plugin} is not ready: ${report(plugin)?.reason}`);
  const run = {
    plugin,
    revision: hosted.spec.revision,
    fence: 1,
    leaseMs: 5_000,
    deadlineMs: 1_000,
    slotAtMs: 0,
    frequencyMs: 60_000,
    state: new Uint8Array(),
    traceparent: "",
  };
  const says: string[] = [];
  await new Promise<void>((onEnd) => {
    const onAnswer = (answer: PackedAnswer): void => void says.push(answer.fault?.message ?? "answered");
    hosted.module.poll([{ run, resource, enrichments: [] }], { onAnswer, onEnd });
  });
  return says;
}

test("good and bad modules side by side: each shows why, and the good ones work", async () => {
  plugins.set(
    record(spec("good", "good.mjs")),
    record(spec("nan", "wrong-answers.mjs")),
    record(spec("crash", "crash-at-start.mjs")),
    record(spec("gone", "nobody.mjs")),
    record(spec("future", "protocol-of-the-future.mjs")),
    record(spec("noise", "prints-garbage.mjs")),
    record(spec("unclear", "good.mjs", { service: undefined })),
  );
  await eventually(() => {
    expect(report("good")).toMatchObject({ state: "ready", module: "fake 0.1.0", reason: "" });
    expect(report("noise")).toMatchObject({ state: "ready" });
    expect(report("nan")).toMatchObject({ state: "ready" });
    expect(report("crash")).toMatchObject({
      state: "failed",
      reason: expect.stringMatching(/exited with code 1[\s\S]*the moon is not full/),
    });
    expect(report("gone")).toMatchObject({
      state: "absent",
      reason: expect.stringMatching(/does not exist on this machine/),
    });
    expect(report("future")).toMatchObject({ state: "failed", reason: expect.stringMatching(/upgrade Ocelli/) });
    expect(report("unclear")).toMatchObject({
      state: "refused",
      reason: expect.stringMatching(/\[Core\] needs Service/),
    });
  });
  expect(await poll("good")).toEqual(["answered"]);
  expect(await poll("nan")).toEqual([expect.stringMatching(/the metric load is NaN/)]);
  expect(report("nan")).toMatchObject({
    state: "ready",
    lastError: expect.stringMatching(/the metric load is NaN/),
  });
  expect(lines).toContain("reading the moon phase");
});

test("a module that ignores its deadline is killed and comes back", async () => {
  plugins.set(record(spec("stuck", "ignores-cancel.mjs")));
  await eventually(() => expect(report("stuck")?.state).toBe("ready"));
  expect(await poll("stuck")).toEqual(["fake 0.1.0 did not answer within 1000 ms"]);
  await eventually(() =>
    expect(report("stuck")).toMatchObject({
      state: "failed",
      reason: expect.stringMatching(/goes on with a call 2 s after/),
    }),
  );
  await eventually(() => expect(report("stuck")).toMatchObject({ state: "ready", restarts: 1 }));
  expect(new Set(pids()).size).toBe(2);
  expect(lines).toContain("module hangs; it is ended and started again");
});

test("a module that exits in a call is started again, and its plugin configured anew", async () => {
  plugins.set(record(spec("exits", "leaves-a-grandchild.mjs")));
  await eventually(() => expect(report("exits")?.state).toBe("ready"));
  expect(await poll("exits")).toEqual([expect.stringMatching(/was lost while it worked: .*exited with code 0/)]);
  await eventually(() => expect(report("exits")).toMatchObject({ state: "ready", restarts: 1 }));
});
