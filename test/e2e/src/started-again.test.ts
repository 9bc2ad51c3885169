import { eventually } from "@ocelli/test-kit";
import { expect, test } from "vitest";
import { startMesh } from "./world/mesh-process.js";
import { stillThere } from "./world/processes.js";
import { startSmallMesh } from "./world/small-mesh.js";

test("started again on the same data, the mesh goes on: same mesh, positions grow, no pair runs too soon", async () => {
  const small = await startSmallMesh(["a", "b"]);
  const first = small.mesh;
  await eventually(async () => expect((await ticks(first)).length).toBeGreaterThan(6), 60_000);
  await first.stop();
  const before = await first.results();

  const second = await startMesh({ data: first.data, args: ["--plugins", small.plugins] });
  await second.up();
  await eventually(async () => expect((await second.results()).length).toBeGreaterThan(before.length + 6), 60_000);
  await second.stop();
  const after = await second.results();
  expect(after.slice(0, before.length)).toEqual(before);
  expect(new Set(after.map(({ mesh }) => mesh)).size).toBe(1);
  expect(new Set(after.map(({ position }) => position)).size).toBe(after.length);
}, 180_000);

test("ocelli up that is killed leaves no service behind, and starts again on the same data", async () => {
  const small = await startSmallMesh(["a"]);
  await eventually(async () => expect((await ticks(small.mesh)).length).toBeGreaterThan(2), 60_000);
  const family = (await small.mesh.family()).filter(({ pid }) => pid !== small.mesh.child.pid);
  small.mesh.child.kill("SIGKILL");
  await small.mesh.ended;
  const services = family.filter(({ command }) => !command.includes("nats-server"));
  await eventually(async () => expect(await stillThere(services)).toEqual([]), 60_000, 500);

  const again = await startMesh({ data: small.mesh.data, args: ["--plugins", small.plugins] });
  await again.up();
  const stored = (await again.results()).length;
  await eventually(async () => expect((await again.results()).length).toBeGreaterThan(stored + 2), 60_000);
  const everything = [...family, ...(await again.family())];
  expect((await again.stop()).code).toBe(0);
  expect(await stillThere(everything)).toEqual([]);
}, 240_000);

test("a second ocelli up on the same data is refused with the process that has it", async () => {
  const small = await startSmallMesh(["a"]);
  const second = await startMesh({ data: small.mesh.data, args: ["--plugins", small.plugins] });
  const { code, stderr } = await second.ended;
  expect(code).not.toBe(0);
  expect(stderr).toContain(String(small.mesh.child.pid));
  await small.mesh.stop();
}, 120_000);

async function ticks(mesh: Awaited<ReturnType<typeof startMesh>>) {
  return (await mesh.results()).filter(({ plugin }) => plugin === "ticker");
}
