import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { pythonForTests } from "@ocelli/test-kit";
import { expect, test } from "vitest";

const run = promisify(execFile);
const sdk = fileURLToPath(new URL("../../../plugin-sdk/python", import.meta.url));

test("the Python SDK keeps its promises, by its own tests", { timeout: 600_000 }, async (ctx) => {
  const found = await pythonForTests();
  if (found.kind === "missing") return ctx.skip(found.reason);
  const args = ["-m", "pytest", "-p", "no:cacheprovider", "--color=no"];
  const options = { cwd: sdk, env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" }, maxBuffer: 16 * 1024 * 1024 };
  const { stdout } = await run(found.python, args, options).catch((error: { stdout?: string; stderr?: string }) => {
    throw new Error(`pytest says:\n${error.stdout ?? ""}${error.stderr ?? ""}`);
  });
  expect(stdout).toMatch(/\d+ passed/);
  expect(stdout).not.toMatch(/failed|error/);
});
