import { hostname, totalmem } from "node:os";
import type { DiscoverContext, FoundResource, Group, PollFault, Resource, ResourceContext } from "@ocelli/plugin-sdk";
import { expect, test } from "vitest";
import { discover } from "./discover.js";
import { poll, readParts } from "./poll.js";
import { HostSettings } from "./settings.js";

const settings = HostSettings.parse({ host: { site: "lab" } });

function resourceOf(found: FoundResource): Resource {
  return { site: "", class: "", subclass: "", type: "", endpoint: "", metadata: {}, parents: [], ttlS: 0, ...found };
}

async function thisMachine(): Promise<Resource> {
  const ctx = { settings, signal: new AbortController().signal } as unknown as DiscoverContext<HostSettings>;
  for await (const found of discover(ctx)) return resourceOf(found);
  throw new Error("nothing was found");
}

interface Run {
  readonly groups: Group[];
  readonly faults: PollFault[];
  readonly state: unknown;
}

async function run(resource: Resource, before?: unknown): Promise<Run> {
  const faults: PollFault[] = [];
  let state = before;
  const ctx = {
    settings,
    signal: new AbortController().signal,
    state: { get: () => state, set: (json: unknown) => (state = JSON.parse(JSON.stringify(json))) },
    fault: (fault: PollFault) => void faults.push(fault),
  } as unknown as ResourceContext<HostSettings>;
  return { groups: await poll(resource, ctx), faults, state };
}

function value(
  groups: readonly Group[],
  name: string,
  metric: string,
  dimensions: Record<string, string> = {},
): number {
  const group = groups.find(
    (one) => one.name === name && Object.entries(dimensions).every(([key, text]) => one.dimensions?.[key] === text),
  );
  return Number(group?.metrics[metric]?.value ?? Number.NaN);
}

test("this machine is found, with what it is made of", { timeout: 20_000 }, async () => {
  const found = await thisMachine();
  expect(found).toMatchObject({ id: hostname(), endpoint: hostname(), site: "lab", class: "system", subclass: "host" });
  expect(["linux", "darwin", "windows"]).toContain(found.type);
  expect(found.metadata["memory_bytes"]).toBe(String(totalmem()));
  expect(found.metadata["os"]).not.toBe("");
});

test("it is read: real values, without a fault, and the second run measures from the first", {
  timeout: 20_000,
}, async () => {
  const machine = await thisMachine();
  const first = await run(machine);
  expect(first.faults).toEqual([]);
  expect(value(first.groups, "cpu", "utilization_percent", { cpu_no: "all" })).toBeGreaterThanOrEqual(0);
  expect(value(first.groups, "cpu", "utilization_percent", { cpu_no: "all" })).toBeLessThanOrEqual(100);
  const total = value(first.groups, "memory", "total_bytes", { memory_type: "ram" });
  expect(total).toBe(totalmem());
  expect(value(first.groups, "memory", "used_bytes", { memory_type: "ram" })).toBeLessThan(total);
  expect(value(first.groups, "system", "processes")).toBeGreaterThan(1);
  expect(value(first.groups, "system", "uptime_seconds")).toBeGreaterThan(0);
  expect(value(first.groups, "network", "bytes_in")).toBeGreaterThanOrEqual(0);
  expect(value(first.groups, "disk", "used_bytes")).toBeGreaterThan(0);

  // Work enough for a tick of the system to count it.
  const untilMs = performance.now() + 100;
  while (performance.now() < untilMs);
  const second = await run(machine, first.state);
  const busy = (groups: readonly Group[]): number =>
    value(groups, "cpu", "user_ms") + value(groups, "cpu", "system_ms");
  expect(busy(second.groups)).toBeGreaterThan(busy(first.groups));
  expect(value(second.groups, "cpu", "utilization_percent", { cpu_no: "all" })).toBeGreaterThan(0);
});

test("an agent on another machine refuses instead of answering for itself", async () => {
  const other = resourceOf({ id: "some-other-machine", endpoint: "some-other-machine" });
  await expect(run(other)).rejects.toMatchObject({ status: "internal", origin: "host" });
});

test("a part that fails is named and takes nothing else with it", async () => {
  const group: Group = { name: "memory", metrics: {} };
  const outcome = await readParts({
    cpu: () => Promise.reject(new Error("EACCES: /proc/stat")),
    memory: () => Promise.resolve([group]),
  });
  expect(outcome).toEqual({ groups: [group], failures: ["cpu: EACCES: /proc/stat"] });
});
