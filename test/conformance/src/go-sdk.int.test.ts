import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { goForTests } from "@ocelli/test-kit";
import { expect, test } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../..", import.meta.url));
/** The first run fetches and compiles everything the SDK depends on. */
const patience = { timeout: 900_000 };

const sdk = join(root, "plugin-sdk/go");
const probe = join(root, "test/conformance/probes/go");

async function go(folder: string, ...args: readonly string[]): Promise<string> {
  const ended = await run("go", args, { cwd: folder, maxBuffer: 16 * 1024 * 1024 }).catch((error: unknown) => {
    const { stdout = "", stderr = "" } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`go ${args.join(" ")}\n${stdout}${stderr}`, { cause: error });
  });
  return ended.stdout;
}

test("the tests of the Go SDK pass", patience, async (ctx) => {
  const found = await goForTests();
  if (found.kind === "missing") return ctx.skip(found.reason);
  await go(sdk, "vet", "./...");
  await go(sdk, "test", "./...");
});

test("the Go of the repository is formatted and clean", patience, async (ctx) => {
  const found = await goForTests();
  if (found.kind === "missing") return ctx.skip(found.reason);
  for (const folder of [sdk, probe]) {
    expect((await run("gofmt", ["-l", "."], { cwd: folder })).stdout).toBe("");
  }
  await go(probe, "vet", "./...");
});
