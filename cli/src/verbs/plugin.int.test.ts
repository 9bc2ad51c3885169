import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli, startCli } from "../testing/run-cli.js";

const path = (from: string): string => fileURLToPath(new URL(from, import.meta.url));
const testdata = path("../../testdata");
const here = { cwd: testdata };
const resource = '{"id":"sw-1","class":"network"}';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "ocelli-plugin-"));
  await symlink(path("../../../node_modules"), join(dir, "node_modules"));
});
afterAll(() => rm(dir, { recursive: true }));

interface Row {
  readonly why: string;
  readonly args: readonly string[];
  readonly code: number;
  readonly stdout?: RegExp;
  readonly stderr?: RegExp;
}

function ends(verb: string, rows: readonly Row[], cwd = () => testdata): void {
  test.for(rows)(`${verb} of $why ends with $code`, async ({ args, code, stdout = /^$/, stderr = /^/ }) => {
    const ended = await runCli(["plugin", verb, ...args], { cwd: cwd() });
    expect(ended).toEqual({ code, stdout: expect.stringMatching(stdout), stderr: expect.stringMatching(stderr) });
  });
}

describe("plugin new", () => {
  test("writes a project and says what comes next", async () => {
    const { code, stdout, stderr } = await runCli(["plugin", "new", "my-plugin", "--lang", "ts"], { cwd: dir });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(
      "my-plugin (TypeScript, polling) is in my-plugin. Next:\n\n  cd my-plugin\n  npm install && npm test\n  ocelli plugin run .\n",
    );
    const files = await readdir(join(dir, "my-plugin"));
    expect(files).toEqual(expect.arrayContaining(["my-plugin.ocelli-plugin", "fixture.json", "Dockerfile", "vendor"]));
    expect(await readFile(join(dir, "my-plugin/src/plugin.ts"), "utf8")).toContain('name: "my-plugin"');
  });

  test("for programs it says the same as JSON, and takes several services and a folder", async () => {
    const args = [
      "-o",
      "json",
      "plugin",
      "new",
      "all",
      "--lang",
      "typescript",
      "--dir",
      "deep/er",
      "--service",
      "sink",
      "polling",
    ];
    const { code, stdout } = await runCli(args, { cwd: dir });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      name: "all",
      language: "ts",
      services: ["sink", "polling"],
      missing: null,
    });
    expect(await readdir(join(dir, "deep/er"))).toEqual(
      expect.arrayContaining(["all.ocelli-plugin", "all-polling.ocelli-plugin"]),
    );
  });

  test("where its tools are missing it says so, and writes all the same", async () => {
    const { code, stderr } = await runCli(["plugin", "new", "no-tools", "--lang", "ts"], {
      cwd: dir,
      env: { PATH: "/nowhere" },
    });
    expect(stderr).toMatch(
      /^TypeScript needs npm, which is not on the PATH: .* The project is written all the same\.\n$/,
    );
    expect(code).toBe(0);
    expect(await readdir(dir)).toContain("no-tools");
  });

  const refusals: readonly Row[] = [
    {
      why: "a name that is none",
      args: ["My Plugin", "--lang", "ts"],
      code: 2,
      stderr: /no name for a plugin: .*; my-plugin would do\n$/,
    },
    { why: "a path", args: ["../x", "--lang", "ts"], code: 2, stderr: /is a path: .* --dir/ },
    {
      why: "a folder that holds something",
      args: ["x", "--lang", "ts", "--dir", "."],
      code: 2,
      stderr: /is not empty/,
    },
    {
      why: "a language that is misspelt",
      args: ["x", "--lang", "tss"],
      code: 2,
      stderr: /no template for the language "tss"; did you mean ts\?/,
    },
    {
      why: "a language without a template",
      args: ["x", "--lang", "cobol"],
      code: 2,
      stderr: /there are .*ts.*\nAny other language works too/,
    },
    { why: "no language, and nobody to ask", args: ["x"], code: 2, stderr: /^plugin new needs --lang, one of ts/ },
    {
      why: "nothing, and nobody to ask",
      args: [],
      code: 2,
      stderr: /^plugin new needs a name and --lang, one of ts.*: ocelli plugin new my-plugin --lang ts/,
    },
    {
      why: "a service that is none",
      args: ["x", "--lang", "ts", "--service", "poling"],
      code: 2,
      stderr: /Allowed choices are discovery, enrichment, polling, sink/,
    },
  ];
  ends("new", refusals, () => dir);
});

describe("plugin run", () => {
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
});

describe("plugin doctor", () => {
  ends("doctor", [
    {
      why: "a module that is well",
      args: ["demo-module.mjs"],
      code: 0,
      stdout: /ok {3}handshake {4}demo 1\.2\.3 [\s\S]*ok {3}end {10}it ends by itself/,
      stderr: /^It starts and answers\.\n$/,
    },
    {
      why: "a plugin file that is right",
      args: ["plugins/good/polls.ocelli-plugin"],
      code: 0,
      stdout: /ok {3}plugin file {2}polls[\s\S]*ok {3}settings {5}accepted/,
    },
    { why: "a path that is nowhere", args: ["nowhere"], code: 1, stdout: /^bad {2}path +nowhere does not exist/ },
    {
      why: "a plugin file with a slip",
      args: ["plugins/bad/typo.ocelli-plugin"],
      code: 1,
      stdout: /bad {2}plugin file .*did you mean "execute_frequency"\?/,
    },
    {
      why: "settings that the module refuses",
      args: ["plugins/bad/settings.ocelli-plugin"],
      code: 1,
      stdout: /bad {2}settings .*65535/,
    },
    {
      why: "a module that falls over",
      args: ["crash-at-start.mjs"],
      code: 1,
      stdout: /bad {2}start .*exited with code 1[\s\S]*the moon is not full/,
    },
    {
      why: "a module that just ends",
      args: ["sick/ends.mjs"],
      code: 1,
      stdout: /exited with code 0 before it answered\n.*→ The program came to its end: call serve/,
    },
    {
      why: "a Python module without its packages",
      args: ["sick/no-python"],
      code: 1,
      stdout:
        /No module named[\s\S]*→ In \S+no-python: python3 -m venv \.venv && \.venv\/bin\/pip install a_package_that_nobody_has/,
    },
    {
      why: "Go that is not built",
      args: ["sick/unbuilt-go"],
      code: 1,
      stdout: /bad {2}command .*run go build -o bin\/unbuilt-go \. there/,
    },
    {
      why: "TypeScript that is not built",
      args: ["sick/unbuilt-ts"],
      code: 1,
      stdout: /bad {2}command .*not built: run npm run build/,
    },
    { why: "a newer protocol", args: ["sick/newer.mjs"], code: 1, stdout: /bad {2}handshake .*upgrade Ocelli/ },
    {
      why: "a module that prints",
      args: ["sick/prints.mjs"],
      code: 0,
      stdout: /odd {2}stdout +it prints to stdout \(1 lines\):\n.*starting up[\s\S]*harmless/,
      stderr: /see what is odd/,
    },
    {
      why: "a module that does not serve what it describes, and never ends",
      args: ["sick/promises.mjs"],
      code: 1,
      stdout:
        /bad {2}services +it describes polling, and does not serve it[\s\S]*bad {2}end +told to end, it was ended by SIGTERM/,
    },
  ]);

  test("for programs it says the same as JSON", async () => {
    const { code, stdout } = await runCli(["-o", "json", "plugin", "doctor", "sick/ends.mjs"], here);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, steps: [{}, {}, { step: "start", state: "bad" }] });
    expect(code).toBe(1);
  });
});

describe("plugin manifest", () => {
  test("shows what a module says of itself, and its settings as a table", async () => {
    const { code, stdout } = await runCli(["plugin", "manifest", "demo-module.mjs"], here);
    expect(stdout).toMatch(
      /^module +demo 1\.2\.3\nsays +Does what its settings say\.\nservices +discovery, enrichment, polling\n/,
    );
    expect(stdout).toMatch(/\nSECTION +KEY +TYPE +DEFAULT +SECRET +WHAT IT IS\n/);
    expect(stdout).toMatch(/\ndemo +token +string +- +yes +-\ndemo +port +integer 1\.\.65535 +161 +- +-\n$/);
    expect(code).toBe(0);
  });

  test("as JSON it has the schema whole", async () => {
    const { stdout } = await runCli(["-o", "json", "plugin", "manifest", "demo-module.mjs"], here);
    expect(JSON.parse(stdout)).toMatchObject({
      handshake: { name: "demo", version: "1.2.3", limits: { messageBytes: expect.any(Number) } },
      describe: { settingsSchema: { properties: { demo: { properties: { token: { "x-secret": true } } } } } },
    });
  });

  ends("manifest", [
    {
      why: "a module that does not start",
      args: ["crash-at-start.mjs"],
      code: 1,
      stderr: /cannot be used: [\s\S]*"ocelli plugin doctor crash-at-start\.mjs" says more\n$/,
    },
    { why: "a module that is not there", args: ["nowhere"], code: 2, stderr: /^nowhere does not exist/ },
  ]);
});

test.for([
  { why: "a verb that is misspelt", args: ["plugin", "docotr"], says: /Did you mean doctor\?/ },
  {
    why: "a verb of the mesh's plugins",
    args: ["plugin", "pause", "ping"],
    says: /^plugin has no pause; did you mean ocelli plugins pause ping\?\n$/,
  },
  {
    why: "a verb of an author's plugin",
    args: ["plugins", "new", "x", "--lang", "ts"],
    says: /^plugins has no new; did you mean ocelli plugin new x --lang ts\?\n$/,
  },
  { why: "no verb", args: ["plugin"], says: /Usage: ocelli plugin/ },
])("$why gets help", async ({ args, says }) => {
  expect(await runCli(args, here)).toEqual({ code: 2, stdout: "", stderr: expect.stringMatching(says) });
});
