import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { demoNetwork, stepOfInOctets } from "@ocelli/demo";
import { skewMs } from "@ocelli/model";
import { eventually } from "@ocelli/test-kit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pollStarts, readArrivals } from "./world/arrivals.js";
import { type MeshProcess, type StoredResult, startMesh } from "./world/mesh-process.js";
import { type ProcessInfo, stillThere } from "./world/processes.js";
import type { Ended } from "./world/run.js";
import { temporaryDirectory } from "./world/temporary-directory.js";

/** `npm start`'s own world, watched for some rounds and then stopped as Ctrl-C does. */
const frequencyMs = 5_000;
const rounds = 4;

let mesh: MeshProcess;
let family: ProcessInfo[];
let results: StoredResult[];
let ended: Ended;
let log: string;

beforeAll(async () => {
  log = join(await temporaryDirectory(), "arrivals.jsonl");
  mesh = await startMesh({ args: ["--demo", "--demo-log", log] });
  await mesh.up();
  await eventually(async () => {
    const stored = await mesh.results();
    for (const { id } of devices()) expect(ofPair(stored, "interfaces", id).length).toBeGreaterThanOrEqual(rounds);
    expect(stored.filter(({ plugin }) => plugin === "host").length).toBeGreaterThanOrEqual(2);
    expect(stored.filter(({ plugin }) => plugin === "interface-facts").length).toBeGreaterThanOrEqual(devices().length);
  }, 90_000);
  family = await mesh.family();
  ended = await mesh.stop();
  results = await mesh.results();
}, 150_000);
afterAll(() => mesh?.stop());

const devices = () => demoNetwork(6);
const ofPair = (all: readonly StoredResult[], plugin: string, id: string) =>
  all.filter((one) => one.plugin === plugin && one.resource?.id === id);
const polls = () => results.filter(({ plugin }) => plugin === "interfaces");

test("Ctrl-C ends everything in order: exit code 0, a summary, and no process left", async () => {
  expect(ended.code).toBe(0);
  expect(ended.stdout).toMatch(/interfaces +\d+ +\d+/);
  expect(ended.stdout).toMatch(/\d+ runs on 7 resources/);
  expect(ended.stdout).toMatch(/Missed slots: \d+/);
  expect(family.length).toBeGreaterThan(8);
  expect(await stillThere(family)).toEqual([]);
});

test.for(["registry", "scheduler", "agent"])("the %s was asked to stop and came to its own end", async (service) => {
  const lines = (await readFile(join(mesh.data, "log", `${service}.log`), "utf8")).trim().split("\n");
  const messages = lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
  expect(messages.filter((message) => message === "stopping")).toHaveLength(1);
  expect(messages.at(-1)).toBe("stopped");
});

test("the live view tells what was discovered, what ran on what, what it found and how late it was", () => {
  expect(ended.stdout).toMatch(/resource\.added +demo-devices demo-cisco-1/);
  expect(ended.stdout).toMatch(/poll +interfaces demo-cisco-1 +ok \d+ metrics .*\d+ ms, \d+ ms late/);
});

describe("what the sink wrote", () => {
  test("is each result once, in the order of the stream", () => {
    const positions = results.map(({ position }) => position);
    expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
    const runs = polls().map(({ resource, fence }) => `${resource?.id} ${fence}`);
    expect(new Set(runs).size).toBe(runs.length);
  });

  test("is exactly what the devices counted, beyond 2^53 as well", () => {
    const seen = devices().flatMap((device) =>
      ofPair(results, "interfaces", device.id).flatMap(({ groups }) =>
        groups.flatMap(({ dimensions, metrics }) => {
          const port = device.interfaces.find(({ name }) => name === dimensions["interface_name"]);
          const bits = BigInt(metrics["bits_in"]?.value ?? -1);
          return port
            ? [{ on: `${device.id} ${port.name}`, bits, step: stepOfInOctets(device.number, port.index, bits / 8n) }]
            : [];
        }),
      ),
    );
    expect(seen.filter(({ step, bits }) => step === undefined || bits % 8n !== 0n)).toEqual([]);
    expect(seen.some(({ bits }) => bits > 2n ** 53n)).toBe(true);
    expect(new Set(seen.map(({ on }) => on)).size).toBe(devices().flatMap(({ interfaces }) => interfaces).length);
  });

  test("has this machine's own values", () => {
    const [latest] = results.filter(({ plugin }) => plugin === "host").reverse();
    expect(latest?.status).toBe("success");
    expect(latest?.groups.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["cpu", "memory", "disk", "network"]),
    );
  });

  test("has names from enrichment in the polls that followed it", () => {
    const named = polls().filter(({ groups }) =>
      groups.some(({ dimensions }) => /^[A-Za-z]/.test(dimensions["interface_name"] ?? "")),
    );
    expect(named.length).toBeGreaterThan(devices().length);
  });
});

/** The column that every poll of interface counters begins with: ifHCInOctets. */
const openingOid = "1.3.6.1.2.1.31.1.1.1.6";

test("the devices saw each poll once, and never sooner than the frequency less its skew after the one before", async () => {
  const arrivals = await readArrivals(log);
  for (const { id } of devices()) {
    const starts = pollStarts(arrivals, id, openingOid);
    expect(starts.length).toBe(ofPair(results, "interfaces", id).length);
    expect(tooClose(starts, wayMs)).toEqual([]);
    const claims = ofPair(results, "interfaces", id).map(({ started_at_ms }) => started_at_ms);
    expect(tooClose(claims, clockMs)).toEqual([]);
  }
});

/** Gaps that are shorter than the promise, less what the measurement cannot tell. */
function tooClose(startsMs: readonly number[], blurMs: number): number[] {
  const gaps = startsMs.slice(1).map((at, i) => at - (startsMs[i] ?? 0));
  return gaps.filter((gap) => gap < frequencyMs - skewMs(frequencyMs) - blurMs);
}

/** The way from the claim to the packet's arrival may differ from run to run by this much on a loaded machine. */
const wayMs = 1_500;
/** Two readings of the broker's clock may differ by this much. */
const clockMs = 100;
