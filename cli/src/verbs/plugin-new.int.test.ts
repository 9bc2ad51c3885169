import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Ending, ends } from "../testing/ends.js";
import { runCli } from "../testing/run-cli.js";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "ocelli-plugin-"));
});
afterAll(() => rm(dir, { recursive: true }));

test("writes a project and says what comes next", async () => {
  const { code, stdout, stderr } = await runCli(["plugin", "new", "my-plugin", "--lang", "ts"], { cwd: dir });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toBe(
    "my-plugin (TypeScript, polling, discovery) is in my-plugin. Next:\n\n  cd my-plugin\n  npm install && npm test\n  ocelli plugin run .\n",
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

const refusals: readonly Ending[] = [
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
