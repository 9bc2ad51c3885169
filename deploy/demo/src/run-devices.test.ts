import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as snmp from "net-snmp";
import { afterEach, beforeEach, expect, test } from "vitest";
import { deviceOptions } from "./device-options.js";
import { knownCounters, stepOfInOctets } from "./known-counters.js";
import { type RunningDevices, runDevices } from "./run-devices.js";

let dir = "";
let running: RunningDevices | undefined;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "ocelli-demo-"));
});
afterEach(async () => {
  await running?.close();
  running = undefined;
  await rm(dir, { recursive: true });
});

const options = (more: object = {}) => ({
  count: 3,
  dead: 1,
  dir,
  community: "public",
  log: undefined,
  lifeline: false,
  ...more,
});

interface Listed {
  readonly id: string;
  readonly endpoint: string;
}

async function listed(): Promise<Listed[]> {
  return JSON.parse(await readFile(join(dir, "devices.json"), "utf8")) as Listed[];
}

function ask(endpoint: string, oid: string, community = "public", timeout = 2000): Promise<unknown> {
  const session = snmp.createSession("127.0.0.1", community, {
    port: Number(endpoint.split(":")[1]),
    version: snmp.Version2c,
    timeout,
    retries: 0,
  });
  return new Promise((resolve, reject) => {
    session.get([oid], (error, varbinds) => {
      session.close();
      if (error) reject(error);
      else resolve(varbinds?.[0]?.value);
    });
  });
}

const inOctets = "1.3.6.1.2.1.31.1.1.1.6.1";

test("devices are listed as resources, answer with the known counters, and what arrived is logged", async () => {
  const log = join(dir, "arrivals.jsonl");
  running = await runDevices(options({ log }));
  const devices = await listed();
  expect(devices[0]).toEqual({
    id: "demo-cisco-1",
    site: "north",
    class: "network",
    subclass: "switch",
    type: "cisco",
    endpoint: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    metadata: { model: "C9300-24T" },
  });
  const answer = (await ask(devices[0]?.endpoint ?? "", inOctets)) as Buffer;
  await running.close();
  running = undefined;
  const [line] = (await readFile(log, "utf8")).trim().split("\n");
  const arrival = JSON.parse(line ?? "") as Record<string, unknown>;
  expect(arrival).toMatchObject({ device: "demo-cisco-1", pdu: "GetRequest", firstOid: inOctets, accepted: true });
  expect(arrival["monotonicNs"]).toMatch(/^\d+$/);
  const value = BigInt(`0x${answer.toString("hex")}`);
  expect(value).toBe(knownCounters(0, 1, Number(arrival["elapsedMs"])).inOctets);
  expect(stepOfInOctets(0, 1, value)).toBe(Math.floor(Number(arrival["elapsedMs"]) / 1000));
});

test("a restart keeps the ports and goes on counting", async () => {
  running = await runDevices(options());
  const before = await listed();
  const { startedAtMs } = running;
  await running.close();
  running = await runDevices(options());
  expect(await listed()).toEqual(before);
  expect(running.startedAtMs).toBe(startedAtMs);
});

test("a port that is taken by another is exchanged", async () => {
  running = await runDevices(options());
  const before = await listed();
  const second = await runDevices(options());
  try {
    const after = await listed();
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(after[0]?.endpoint).not.toBe(before[0]?.endpoint);
  } finally {
    await second.close();
  }
});

test.for([
  { why: "a dead device", index: 2, community: "public" },
  { why: "a device that is asked with another community", index: 0, community: "private" },
])("$why is silent", async ({ index, community }) => {
  running = await runDevices(options());
  const device = (await listed())[index];
  await expect(ask(device?.endpoint ?? "", inOctets, community, 150)).rejects.toThrow("timed out");
});

test.for([
  { args: [], says: "--dir is missing" },
  { args: ["--dir", "x", "--count", "0"], says: "--count is not a number from 1 to 500" },
  { args: ["--dir", "x", "--count", "2", "--dead", "3"], says: "--dead is not a number from 0 to --count" },
  { args: ["--dir", "x", "--cuont", "2"], says: expect.stringContaining("--cuont") },
])("$args is refused", ({ args, says }) => {
  expect(deviceOptions(args)).toEqual({ problem: says });
});
