import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { pythonForTests } from "@ocelli/test-kit";
import { expect, test } from "vitest";

const run = promisify(execFile);
const folder = fileURLToPath(new URL("../../../plugins/panoptes", import.meta.url));
// The first run makes the virtual environment.
const timeoutMs = 600_000;

test("the tests of the Panoptes bridge pass", { timeout: timeoutMs }, async (ctx) => {
  const python = await pythonForTests();
  if (python.kind === "missing") return ctx.skip(python.reason);
  const args = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"];
  const options = { cwd: folder, timeout: timeoutMs, env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" } };
  const { stdout } = await run(python.python, args, options).catch((error: { stdout?: string }) => ({
    stdout: error.stdout ?? String(error),
  }));
  expect(stdout.trim().split("\n").at(-1), stdout).toMatch(/^\d+ passed(, \d+ skipped)? in /);
});
