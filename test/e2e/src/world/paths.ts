import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A path from the project's root. */
export const root = (path: string): string => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));

export const cliMain = root("cli/dist/main.js");

export function temporaryDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), "ocelli-e2e-"));
}
