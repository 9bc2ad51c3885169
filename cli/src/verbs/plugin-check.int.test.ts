import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "../testing/run-cli.js";

const timer = fileURLToPath(new URL("../../../plugins/timer", import.meta.url));
/** Quick cases that need nothing but a module that starts. */
const few = ["--only", "handshake/agrees", "--only", "describe", "--mode", "child"];

const throwing = `import { definePlugin, serve } from "@ocelli/plugin-sdk";
await serve(definePlugin({ name: "throws", version: "1.0.0", description: "Is wrong.",
  async poll(resource) { return resource.no.such.thing; } }));
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ocelli-check-verb-"));
  await writeFile(join(folder, "bad.json"), '{\n  "settings": {},\n  "resorce": {}\n}\n');
  await mkdir(join(folder, "odd/conformance.json"), { recursive: true });
  await writeFile(join(folder, "odd/main.mjs"), "");
  await symlink(fileURLToPath(new URL("../../../node_modules", import.meta.url)), join(folder, "node_modules"));
  await writeFile(join(folder, "throws.mjs"), throwing);
  await writeFile(join(folder, "exits.mjs"), 'console.error("no moon today"); process.exit(4);\n');
});
afterAll(() => rm(folder, { recursive: true }));

test("a module that behaves ends with 0, and its report is there for people and for CI", {
  timeout: 60_000,
}, async () => {
  const junit = join(folder, "report.xml");
  const { code, stdout } = await runCli(["plugin", "check", timer, ...few, "--junit", junit]);
  expect(stdout).toMatch(/^timer 0\.1\.0 \(typescript, ocelli-ts\/[\d.]+\): as a child, seed \d+\n/);
  expect(stdout).toMatch(/\n {2}describe\/digest +ok +describe_digest stays the same/);
  expect(code).toBe(0);
  expect(await readFile(junit, "utf8")).toMatch(/<testsuite name="timer \(child\)" .*failures="0"/);
});

test("a module that fails a case ends with 1, and says what was expected, seen, and is to be done", async () => {
  const args = ["plugin", "check", join(folder, "exits.mjs"), "--only", "time", "--mode", "child"];
  const { code, stdout } = await runCli(args);
  expect(stdout).toMatch(
    /FAILED life\/starts \(as a child\)\n {2}expected .*\n {2}seen +it ended|it exited with code 4/,
  );
  expect(stdout).toContain("no moon today");
  expect(stdout).toMatch(/the module does not start, see life\/starts\n {4}time\/deadline/);
  expect(code).toBe(1);
});

test("a plugin whose every run is its own mistake fails, also where no device is there", {
  timeout: 60_000,
}, async () => {
  const args = ["plugin", "check", join(folder, "throws.mjs"), "--only", "data/metrics", "--mode", "child"];
  const { code, stdout } = await runCli(args);
  expect(stdout).toMatch(/FAILED data\/metrics[\s\S]*throws\.mjs:3\): TypeError: Cannot read properties of undefined/);
  expect(code).toBe(1);
});

test("programs get JSON", { timeout: 60_000 }, async () => {
  const { code, stdout } = await runCli(["-o", "json", "plugin", "check", timer, ...few, "--seed", "12"]);
  expect(JSON.parse(stdout)).toMatchObject({ module: { name: "timer" }, seed: 12, passed: true, modes: ["child"] });
  expect(code).toBe(0);
});

test.for([
  { why: "a module that is not there", args: ["./no/such/module"], says: /no\/such\/module does not exist/ },
  { why: "no module at all", args: [], says: /name a module/ },
  { why: "a pattern that names no case", args: [timer, "--only", "time/dedline"], says: /near are time\/deadline/ },
  {
    why: "a fixture that is wrong",
    args: [timer, "--fixture", "bad.json"],
    says: /^bad\.json:3: "resorce" is not a known/,
  },
  {
    why: "a fixture that is not there",
    args: [timer, "--fixture", "no.json"],
    says: /the fixture no\.json cannot be read/,
  },
  {
    why: "a fixture in the module's folder that cannot be read",
    args: ["odd"],
    says: /^the fixture odd\/conformance\.json cannot be read: EISDIR/,
  },
  {
    why: "a timeout that no machine keeps",
    args: [timer, "--timeout", "500ms"],
    says: /^--timeout 500 ms is too short: .*; take 1 s or more\n$/,
  },
  {
    why: "a way of starting that is none",
    args: [timer, "--mode", "both"],
    says: /Allowed choices are child, stand-alone/,
  },
  {
    why: "a plugin file instead of its module",
    args: ["plugins/users.ocelli-plugin"],
    says: /^plugins\/users\.ocelli-plugin is a plugin file, .*: name what stands behind Module in it/,
  },
  { why: "a way of starting what runs already", args: ["127.0.0.1:1", "--mode", "child"], says: /runs already/ },
])("$why is wrong usage, said in a sentence", async ({ args, says }) => {
  const { code, stdout, stderr } = await runCli(["plugin", "check", ...args], { cwd: folder });
  expect(stderr).toMatch(says);
  expect([code, stdout]).toEqual([2, ""]);
});

test("an endpoint where nobody answers ends with 3", { timeout: 60_000 }, async () => {
  const { code, stderr } = await runCli(["plugin", "check", "127.0.0.1:1", "--timeout", "1s"]);
  expect(stderr).toMatch(/^no module answers at 127\.0\.0\.1:1: /);
  expect(code).toBe(3);
});

test("the cases can be listed without a module", async () => {
  const { code, stdout } = await runCli(["plugin", "check", "--list"]);
  expect(stdout).toMatch(/^handshake\/agrees +the handshake/);
  expect(code).toBe(0);
});
