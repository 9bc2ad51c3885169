import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ends, testdata } from "../testing/ends.js";
import { runCli, startCli } from "../testing/run-cli.js";

const here = { cwd: testdata };
const resource = '{"id":"sw-1","class":"network"}';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "ocelli-plugin-"));
  await symlink(fileURLToPath(new URL("../../../node_modules", import.meta.url)), join(dir, "node_modules"));
});
afterAll(() => rm(dir, { recursive: true }));

test("finds the plugin file and the resource of a module's folder, and shows what the author prints", async () => {
  const folder = join(dir, "found");
  await mkdir(folder);
  await writeFile(join(folder, "main.mjs"), await readFile(join(testdata, "demo-module.mjs")));
  const file = await readFile(join(testdata, "plugins/good/polls.ocelli-plugin"), "utf8");
  await writeFile(join(folder, "found.ocelli-plugin"), file.replace(/^Module.*$/m, "Module = ."));
  await writeFile(join(folder, "fixture.json"), resource);
  const { code, stdout, stderr } = await runCli(["plugin", "run", "found"], { cwd: dir });
  expect(stdout).toMatch(/^demo resource=sw-1 facts=.*\n {2}port +gauge +1161\n/);
  expect(stderr).toMatch(
    /^enriched first: facts\ninfo polling mode=well child=\d+\nsuccess; 3 metrics in 1 group, took \d+/,
  );
  expect(code).toBe(0);
  const discovered = await runCli(["plugin", "run", ".", "--service", "discovery"], { cwd: folder });
  expect(discovered).toMatchObject({ code: 0, stdout: expect.stringMatching(/^RESOURCE/) });
});

test("as JSON it has what came back and how long it took", async () => {
  const args = ["-o", "json", "plugin", "run", "sick/prints.mjs", "--resource", resource];
  const { code, stdout, stderr } = await runCli(args, here);
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ module: "prints 1.0.0", kind: "polling", status: "success", tookMs: expect.any(Number) },
    ...{ resource: { id: "sw-1" }, groups: [{ name: "prints" }] },
  });
  expect(stderr).toMatch(/^starting up\na print of the author\nsuccess/);
  expect(code).toBe(0);
});

test("gives a sink sample results and says what became of them", async () => {
  const { code, stdout, stderr } = await runCli(["plugin", "run", "sick/refuses.mjs"], here);
  expect(stdout).toBe("REFUSED   WHY\nrecord 3  no room for facts\n");
  expect(stderr).toMatch(/^success; 3 records stored, 1 refused, took /);
  expect(code).toBe(0);
  const json = await runCli(["-o", "json", "plugin", "run", "sick/refuses.mjs"], here);
  expect(JSON.parse(json.stdout)).toMatchObject({ kind: "sink", stored: 3, refused: [{ position: 3 }] });
});

ends("run", [
  { why: "a module that is not there", args: ["nowhere"], code: 2, stderr: /^nowhere does not exist/ },
  {
    why: "a poller without a resource",
    args: ["demo-module.mjs", "--service", "polling"],
    code: 2,
    stderr: /needs a resource: --resource FILE/,
  },
  {
    why: "a module that falls over",
    args: ["crash-at-start.mjs", "--resource", resource],
    code: 1,
    stderr: /the moon is not full/,
  },
  {
    why: "a module of a newer protocol",
    args: ["sick/newer.mjs", "--resource", resource],
    code: 1,
    stderr: /newer 2\.0\.0 speaks protocol version 7, and this Ocelli speaks 1: upgrade Ocelli/,
  },
  {
    why: "a device that refuses",
    args: ["demo-module.mjs", "--resource", resource, "--setting", "demo.mode=fault"],
    code: 1,
    stderr: /authentication: sw-1 refused/,
  },
  {
    why: "a run that watches stdin",
    args: ["demo-module.mjs", "--watch", "--resource", "-"],
    code: 2,
    stderr: /stdin comes once/,
  },
]);

test("--watch runs again with every change, survives what is broken, and leaves no process behind", {
  timeout: 120_000,
}, async () => {
  const folder = join(dir, "watched");
  await mkdir(folder);
  const module = (value: string): Promise<void> =>
    writeFile(
      join(folder, "main.mjs"),
      `import { definePlugin, gauge, serve } from "@ocelli/plugin-sdk";
      process.stderr.write("pid " + process.pid + " of ${value}\\n");
      await serve(definePlugin({ name: "w", version: "1.0.0", description: "w",
        async poll() { return [{ name: "w", metrics: { value: gauge(${value}) } }]; } }));`,
    );
  await module("1");
  const watching = startCli(["plugin", "run", ".", "--watch", "--resource", resource], { cwd: folder });
  await watching.said("waiting for a change");
  await module(") oops");
  await watching.said("its code has a syntax error");
  await module("await new Promise(() => {})");
  await watching.said("pid");
  await module("2");
  await watching.said("value  gauge    2");
  await module("await new Promise(() => {}) || 3");
  await watching.said("of await new Promise(() => {}) || 3");
  watching.process.kill("SIGINT");
  const { code, stdout, stderr } = await watching.ended;
  expect(code).toBe(0);
  expect(stdout.match(/value +gauge +\d/g)).toEqual(["value  gauge    1", "value  gauge    2"]);
  expect(stderr).toContain("changed: main.mjs");
  for (const [, pid] of stderr.matchAll(/^pid (\d+)/gm)) expect(() => process.kill(Number(pid), 0)).toThrow("ESRCH");
});
