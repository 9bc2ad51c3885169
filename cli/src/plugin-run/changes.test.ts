import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { realClock } from "@ocelli/test-kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { followChanges } from "./changes.js";

let folder: string;
let beside: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ocelli-changes-"));
  // Below a folder that is left out elsewhere: what is asked for is followed all the same.
  beside = join(folder, "vendor", "module");
  await mkdir(beside, { recursive: true });
  for (const name of ["src", "dist", "node_modules/x", ".venv"]) await mkdir(join(folder, name), { recursive: true });
});
afterAll(() => rm(folder, { recursive: true }));

test("edits come together, without what tools write, and none is lost between two questions", async () => {
  const changes = await followChanges(folder, ["dist"], realClock, [beside]);
  const never = new AbortController().signal;
  try {
    for (const path of ["dist/a.js", "node_modules/x/i.js", ".venv/p", "src/a.pyc", "src/a.ts", "src/b.ts"]) {
      await writeFile(join(folder, path), "1");
    }
    expect(await changes.next(never)).toEqual(["src/a.ts", "src/b.ts"]);
    await writeFile(join(beside, "src.c"), "1");
    await writeFile(join(folder, "src/c.ts"), "1");
    expect(await changes.next(never)).toEqual(["src/c.ts", relative(folder, join(beside, "src.c"))]);
    const stop = new AbortController();
    const waits = changes.next(stop.signal);
    stop.abort();
    expect(await waits).toEqual([]);
  } finally {
    await changes.close();
  }
});
