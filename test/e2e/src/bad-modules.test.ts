import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eventually, putPlugin } from "@ocelli/test-kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { MeshProcess, StoredResult } from "./world/mesh-process.js";
import { root } from "./world/paths.js";
import { type SmallMesh, startSmallMesh } from "./world/small-mesh.js";

/** Modules that misbehave in one mesh with one that does not: each shows why, and the good one keeps its times. */
const fake = (name: string): string => root(`core/module-host/testdata/${name}`);

const never = [
  { name: "missing", module: "/nowhere/at-all", says: /does not exist/ },
  { name: "no-run-bit", module: "no-run-bit", says: /not executable|may not be executed|run bit|chmod/i },
  { name: "crashes", module: fake("crash-at-start.mjs"), says: /the moon is not full/ },
  { name: "mute", module: fake("never-answers-handshake.mjs"), says: /handshake|answer/i },
  { name: "future", module: fake("protocol-of-the-future.mjs"), says: /protocol/i },
] as const;

const answering = [
  { name: "nan", module: fake("wrong-answers.mjs"), seconds: 2, status: "internal", says: /NaN|not a number/ },
  { name: "huge", module: fake("huge-answer.mjs"), seconds: 10, status: "internal", says: /bytes|larger|size|MiB/i },
  {
    name: "hangs",
    module: fake("ignores-cancel.mjs"),
    seconds: 2,
    status: "timeout",
    says: /no answer|within|deadline/i,
  },
] as const;

let small: SmallMesh;
let mesh: MeshProcess;

beforeAll(async () => {
  small = await startSmallMesh(["a"]);
  mesh = small.mesh;
  const noRunBit = join(mesh.data, "no-run-bit");
  await writeFile(noRunBit, "#!/bin/sh\nexit 0\n");
  await chmod(noRunBit, 0o644);
  const put = (name: string, module: string, frequencyS: number) =>
    putPlugin(small.plugins, { name, module, service: "polling", frequencyS, filter: 'resource_class = "test"' });
  for (const { name, module } of never) await put(name, module === "no-run-bit" ? noRunBit : module, 2);
  for (const { name, module, seconds } of answering) await put(name, module, seconds);
  await put("noisy", fake("prints-garbage.mjs"), 1);
}, 120_000);
afterAll(() => mesh?.stop());

const of = async (plugin: string): Promise<StoredResult[]> =>
  (await mesh.results()).filter((one) => one.plugin === plugin);

test.for(never)("a module that is $name shows why in `ocelli plugins`", async ({ name, says }) => {
  await eventually(
    async () => {
      const { stdout } = await mesh.ocelli("plugins", "show", name);
      expect(stdout).toMatch(says);
    },
    60_000,
    500,
  );
});

test.for(answering)(
  "a module whose answer $name has that as status and fault of the run, not silence",
  async ({ name, status, says }) => {
    await eventually(
      async () => {
        const [run] = await of(name);
        expect(run).toMatchObject({ status });
        expect(JSON.stringify(run)).toMatch(says);
        expect(run?.groups.find((group) => group.name === "status")).toBeDefined();
      },
      60_000,
      500,
    );
  },
);

test("a plugin that is ready and whose runs fail says why in `ocelli plugins`, and `ocelli status` ends with 1", async () => {
  await eventually(
    async () => {
      expect((await mesh.ocelli("plugins", "show", "nan")).stdout).toMatch(/NaN|not a number/);
      const { stdout, code } = await mesh.ocelli("status");
      expect(stdout).toContain("nan");
      expect(code).toBe(1);
    },
    30_000,
    500,
  );
});

test("stray prints on stdout harm nothing", async () => {
  await eventually(
    async () => expect((await of("noisy")).some(({ status }) => status === "success")).toBe(true),
    60_000,
    500,
  );
});

test("the good plugin keeps its times beside them", async () => {
  const before = (await of("ticker")).length;
  await eventually(async () => expect((await of("ticker")).length).toBeGreaterThan(before + 8), 30_000);
  const late = (await of("ticker")).slice(before).map(({ started_at_ms, slot_at_ms }) => started_at_ms - slot_at_ms);
  expect(late.filter((ms) => ms > 900).length).toBeLessThan(late.length / 4);
});
