import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

const made: string[] = [];

// Hooks run in the reverse order of their registration: this one after those of the tests, which stop what writes there.
afterAll(async () => {
  await Promise.all(made.splice(0).map((path) => rm(path, { recursive: true, force: true, maxRetries: 5 })));
});

/** A directory that is removed when the tests of the file are done. */
export async function temporaryDirectory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "ocelli-e2e-"));
  made.push(path);
  return path;
}
