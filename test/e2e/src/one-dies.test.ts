import { eventually } from "@ocelli/test-kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { MeshProcess, StoredResult } from "./world/mesh-process.js";
import { type SmallMesh, startSmallMesh } from "./world/small-mesh.js";

/** With the mesh running, any one process dies by hand; none of the others needs a restart. */
const ids = ["a", "b", "c"];
let small: SmallMesh;
let mesh: MeshProcess;

beforeAll(async () => {
  small = await startSmallMesh(ids);
  mesh = small.mesh;
  await everybodyRunsAfter(0);
});
afterAll(() => mesh?.stop());

async function ticks(): Promise<StoredResult[]> {
  return (await mesh.results()).filter(({ plugin }) => plugin === "ticker");
}

/** Waits until each resource was polled again by a run that started after `atMs`. */
async function everybodyRunsAfter(atMs: number): Promise<void> {
  await eventually(async () => {
    const since = (await ticks()).filter(({ started_at_ms }) => started_at_ms > atMs);
    expect(new Set(since.map(({ resource }) => resource?.id))).toEqual(new Set(ids));
  }, 60_000);
}

const parts = [
  { part: "registry", command: "services/registry/dist/main.js" },
  { part: "scheduler", command: "services/scheduler/dist/main.js" },
  { part: "agent", command: "services/agent/dist/main.js" },
  { part: "nats-server", command: "nats-server" },
  { part: "polling module", command: "plugins/timer" },
  { part: "sink module", command: "plugins/jsonl" },
];

test.for(parts)(
  "kill -9 of the $part: it comes back, the others stay, nothing is stored twice",
  async ({ part, command }) => {
    const before = await mesh.family();
    const [victim] = before.filter((one) => one.command.includes(command));
    expect(victim, part).toBeDefined();
    const killedAtMs = Date.now();
    process.kill(victim?.pid ?? 0, "SIGKILL");
    await everybodyRunsAfter(killedAtMs);
    const after = await mesh.family();
    const children = part === "agent" ? ["plugins/"] : [];
    const others = before.filter(
      ({ pid, command: own }) => pid !== victim?.pid && !children.some((text) => own.includes(text)),
    );
    expect(after.map(({ pid }) => pid)).toEqual(expect.arrayContaining(others.map(({ pid }) => pid)));
    expect(after.some((one) => one.command.includes(command) && one.pid !== victim?.pid)).toBe(true);
  },
);

test("through all of it the runs of each pair kept their distance, and each result is stored once", async () => {
  const all = await mesh.results();
  expect(new Set(all.map(({ position }) => position)).size).toBe(all.length);
  const stored = await ticks();
  expect(new Set(stored.map(({ resource, fence }) => `${resource?.id} ${fence}`)).size).toBe(stored.length);
  for (const id of ids) {
    const starts = stored.filter(({ resource }) => resource?.id === id).map(({ started_at_ms }) => started_at_ms);
    const gaps = starts.slice(1).map((at, i) => at - (starts[i] ?? 0));
    expect(gaps.filter((gap) => gap < 1_000 - 50 - 50)).toEqual([]);
  }
});
