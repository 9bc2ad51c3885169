import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SinkContext, SinkRecord, SinkWriter } from "@ocelli/plugin-sdk";
import { afterEach, expect, test } from "vitest";
import { PrometheusSettings } from "./settings.js";
import { openPrometheus } from "./sink.js";
import { parseStrictly } from "./testing/strict-parser.js";

const open: SinkWriter[] = [];
afterEach(async () => {
  for (const writer of open.splice(0)) await writer.close?.();
});

async function start(plugin: string, settings: Record<string, unknown>, directory?: string): Promise<SinkWriter> {
  const nothing = (): void => undefined;
  const log = {
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: nothing,
    fatal: nothing,
  } as unknown as SinkContext["log"];
  const parsed = PrometheusSettings.parse({ prometheus: settings, ...(directory ? { ocelli: { directory } } : {}) });
  const writer = await openPrometheus(parsed, { plugin, log, signal: new AbortController().signal });
  open.push(writer);
  return writer;
}

const record: SinkRecord = {
  mesh: "m",
  position: 1,
  result: {
    kind: "polling",
    plugin: "host",
    resource: {
      id: "a",
      site: "",
      class: "system",
      subclass: "",
      type: "",
      endpoint: "a",
      metadata: {},
      parents: [],
      ttlS: 0,
    },
    fence: 1,
    part: 0,
    last: true,
    agentId: "a",
    slotAtMs: 0,
    startedAtMs: 0,
    finishedAtMs: 10,
    frequencyMs: 60_000,
    pluginRevision: "r",
    status: "success",
    fault: undefined,
    groups: [{ name: "cpu", dimensions: [], metrics: [{ name: "load", type: "gauge", value: 1.5 }], atMs: 0 }],
    sets: [],
    discovery: undefined,
    onDemand: false,
  },
};

test("what is written is scraped over HTTP, and the port is found in its file while it is open", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ocelli-prometheus-"));
  const writer = await start("prom", { listen: "127.0.0.1:0", port_file: "port" }, folder);
  await writer.write([record], new AbortController().signal);
  const port = Number(await readFile(join(folder, "port"), "utf8"));
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`, {
    headers: { accept: "application/openmetrics-text" },
  });
  const samples = parseStrictly(await answer.text(), "openmetrics");
  expect(samples).toContainEqual({
    name: "ocelli_cpu_load",
    labels: { plugin: "host", resource_id: "a", class: "system" },
    value: "1.5",
  });
  await open.pop()?.close?.();
  expect(existsSync(join(folder, "port"))).toBe(false);
  await rm(folder, { recursive: true });
});

test("a second plugin on the same port is told who has it, and gets it afterwards", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ocelli-prometheus-"));
  await start("first", { listen: "127.0.0.1:0", port_file: join(folder, "port") });
  const listen = `127.0.0.1:${(await readFile(join(folder, "port"), "utf8")).trim()}`;
  await expect(start("second", { listen })).rejects.toThrow(
    `${listen} is taken by the plugin first; give each plugin a listen of its own`,
  );
  await open.pop()?.close?.();
  await expect(start("second", { listen })).resolves.toBeDefined();
  await rm(folder, { recursive: true });
});

test.for(["9464", "a b:1", "127.0.0.1:99999", "::1:9464"])("listen = %s is refused", (listen) => {
  expect(PrometheusSettings.safeParse({ prometheus: { listen } }).success).toBe(false);
});
