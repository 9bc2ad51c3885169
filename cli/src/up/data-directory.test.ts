import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openDataDirectory } from "./data-directory.js";

test("nobody else can look into the data directory or any folder of it", async () => {
  const around = await mkdtemp(join(tmpdir(), "ocelli-data-"));
  try {
    const data = await openDataDirectory(join(around, "new", "data"));
    for (const folder of [".", "log", "nats", "results", "plugins"]) {
      expect(((await stat(data.file(folder))).mode & 0o777).toString(8), folder).toBe("700");
    }
  } finally {
    await rm(around, { recursive: true });
  }
});
