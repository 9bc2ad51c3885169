#!/usr/bin/env node
// From a fresh clone to a running command, with nothing but Node: installs, builds, then hands over.
//   node cli/bootstrap.mjs setup            dependencies and build
//   node cli/bootstrap.mjs start [args]     ocelli up --demo [args]
//   node cli/bootstrap.mjs test  [args]     vitest run [args], with a nats-server fetched first
//   node cli/bootstrap.mjs faults [args]    the fault suite    } with the same nats-server
//   node cli/bootstrap.mjs bench [args]     the bench          }
// stdout belongs to the command; what is said here goes to stderr.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { delimiter, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const [verb = "", ...args] = process.argv.slice(2);

const verbs = {
  setup: async () => 0,
  start: () => run(process.execPath, [join(root, "cli/dist/main.js"), "up", "--demo", ...args]),
  test: () => runTests(args),
  faults: () => runBuilt("test/faults/dist/main.js"),
  bench: () => runBuilt("test/bench/dist/main.js"),
};

function say(sentence) {
  process.stderr.write(`${sentence}\n`);
}

function fail(sentence, output = "") {
  if (output) say(output.trimEnd());
  say(sentence);
  process.exit(1);
}

// --- Node, dependencies, build -------------------------------------------------------------------------------------

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`Ocelli needs Node 20.19 or newer, and this is ${process.versions.node}: see https://nodejs.org.`);
}

/** Installs when node_modules is missing or belongs to another lockfile. */
function installDependencies() {
  const lockfile = join(root, "package-lock.json");
  const stamp = join(root, "node_modules/.ocelli-stamp");
  const wanted = createHash("sha256").update(readFileSync(lockfile)).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8").trim() === wanted) return;
  // Installed by hand after the lockfile was last written: that is as good.
  const installed = join(root, "node_modules/.package-lock.json");
  const byHand =
    !existsSync(stamp) && existsSync(installed) && statSync(installed).mtimeMs >= statSync(lockfile).mtimeMs;
  if (!byHand) {
    say("Installing dependencies (npm ci) …");
    const npm = process.env.npm_execpath;
    const options = ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
    const ended = npm?.endsWith(".js")
      ? runQuietly(process.execPath, [npm, ...options])
      : runQuietly("npm", options, { shell: process.platform === "win32" });
    if (ended.status !== 0)
      fail("npm ci failed: the reason is above. Is the package registry reachable?", ended.output);
  }
  writeFileSync(stamp, `${wanted}\n`);
}

function build() {
  say("Building …");
  const ended = runQuietly(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-b"]);
  if (ended.status !== 0) fail("The build failed: the compiler's words are above.", ended.output);
}

function runQuietly(command, commandArgs, options = {}) {
  const ended = spawnSync(command, commandArgs, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 64 * 1024 * 1024,
    ...options,
  });
  if (ended.signal) process.kill(process.pid, ended.signal);
  return { status: ended.status, output: ended.error?.message ?? `${ended.stdout}${ended.stderr}` };
}

// --- Handing over --------------------------------------------------------------------------------------------------

/** Runs a Node command in the foreground and gives its exit code.
 *
 *  A Ctrl-C reaches everyone in the terminal's process group, and npm sends it on once more. A command that takes the
 *  second one for impatience would not stop in order. So it runs in a group of its own, and gets each signal once, from
 *  here. Should this process be killed outright, the command notices by its channel and stops as if told to. */
function run(command, commandArgs, env = {}) {
  const ownGroup = process.platform !== "win32";
  const whenAlone = `if (process.connected) {
    process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
    process.channel.unref();
  }`;
  const child = spawn(command, [`--import=data:text/javascript,${encodeURIComponent(whenAlone)}`, ...commandArgs], {
    cwd: process.cwd(),
    env: { ...process.env, ...env },
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    detached: ownGroup,
  });
  const lastSentAtMs = new Map();
  const passOn = (signal) => {
    const nowMs = performance.now();
    if (nowMs - (lastSentAtMs.get(signal) ?? Number.NEGATIVE_INFINITY) < 1_000) return;
    lastSentAtMs.set(signal, nowMs);
    // A closed terminal is a wish to stop; the window's size is news for the live view.
    if (ownGroup) child.kill(signal === "SIGHUP" ? "SIGTERM" : signal);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", ...(ownGroup ? ["SIGWINCH"] : [])]) process.on(signal, passOn);
  // npm runs scripts through a shell, and a shell that is told to stop tells nobody: being left by it says as much.
  const parent = process.ppid;
  const watch = process.env.npm_lifecycle_event && setInterval(() => process.ppid === parent || passOn("SIGTERM"), 250);
  return new Promise((resolve) => {
    child.once("close", () => clearInterval(watch));
    child.once("error", (error) => fail(`${command} cannot be started: ${error.message}`));
    child.once("close", (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 1)));
  });
}

// --- Tests ---------------------------------------------------------------------------------------------------------

async function runTests(vitestArgs) {
  const onlyUnit =
    /--project[= ]unit\b/.test(vitestArgs.join(" ")) && !/--project[= ](?!unit\b)/.test(vitestArgs.join(" "));
  const servers = onlyUnit ? {} : await serversToTestWith();
  const dir = mkdtempSync(join(tmpdir(), "ocelli-test-"));
  const report = join(dir, "report.json");
  try {
    const code = await run(
      process.execPath,
      [
        join(root, "node_modules/vitest/vitest.mjs"),
        ...["run", "--root", root, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
        ...vitestArgs,
      ],
      servers,
    );
    return summarize(existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : undefined, code);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Runs what measures or judges the whole mesh, beside a nats-server of the version the tests use. */
async function runBuilt(program) {
  const needsNone = args.some((arg) => ["--help", "--list"].includes(arg));
  return await run(process.execPath, [join(root, program), ...args], needsNone ? {} : await serversToTestWith());
}

/** The newest nats-server, fetched if need be, and the oldest supported one where it is installed. */
async function serversToTestWith() {
  const { findNatsServer, floorVersion } = await import(
    pathToFileURL(join(root, "core/nats-server/dist/index.js")).href
  );
  const cancelled = new AbortController();
  const cancel = () => cancelled.abort(new Error("cancelled"));
  process.once("SIGINT", cancel).once("SIGTERM", cancel);
  const given = process.env.OCELLI_TEST_NATS_SERVER;
  const newest = await findNatsServer(
    { minVersion: "2.12.0", binaryOnly: true, onProgress: say, ...(given && { binary: given }) },
    cancelled.signal,
  ).catch((error) => fail(error.message));
  process.off("SIGINT", cancel).off("SIGTERM", cancel);
  const old = process.env.OCELLI_TEST_NATS_SERVER_OLD || binaryOfVersion(floorVersion);
  say(`Tests use nats-server ${newest.version} (${newest.path})${old ? `, and ${floorVersion} (${old})` : ""}.`);
  return { OCELLI_TEST_NATS_SERVER: newest.path, ...(old && { OCELLI_TEST_NATS_SERVER_OLD: old }) };
}

/** Debian puts servers where only root's PATH looks. */
function binaryOfVersion(version) {
  const dirs = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  return dirs
    .map((dir) => join(dir, "nats-server"))
    .find((path) => {
      if (!existsSync(path)) return false;
      const said = spawnSync(path, ["--version"], { encoding: "utf8", timeout: 10_000 });
      return said.stdout?.trim().endsWith(`v${version}`);
    });
}

/** Ends with what was skipped, what failed, and the one line that programs read; gives the exit code. What could not even be
 *  loaded counts as failed. */
function summarize(report, code) {
  const files = report?.testResults ?? [];
  const tests = files.flatMap((file) => file.assertionResults);
  const count = (...statuses) => tests.filter((test) => statuses.includes(test.status)).length;
  const broken = files.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((t) => t.status === "failed"),
  );
  const failed = count("failed") + broken.length;
  const skipped = tests.filter((test) => ["skipped", "pending", "todo", "disabled"].includes(test.status));
  for (const test of skipped) process.stdout.write(`skipped: ${test.fullName}\n`);
  for (const { name, assertionResults } of files) {
    for (const test of assertionResults.filter(({ status }) => status === "failed")) {
      const [why = ""] = (test.failureMessages[0] ?? "").split("\n");
      process.stdout.write(`failed: ${relative(root, name)}: ${test.fullName}: ${why.slice(0, 300)}\n`);
    }
  }
  for (const { name } of broken)
    process.stdout.write(`failed: ${relative(root, name)}: it could not be run to its end\n`);
  const failures = code !== 0 && failed === 0 ? 1 : failed;
  process.stdout.write(`\n${count("passed")} passed, ${failures} failed, ${skipped.length} skipped\n`);
  return code === 0 && failures > 0 ? 1 : code;
}

checkNode();
if (!Object.hasOwn(verbs, verb))
  fail("usage: node cli/bootstrap.mjs setup | start [args] | test [args] | faults [args] | bench [args]");
installDependencies();
build();
process.exitCode = await verbs[verb]();
