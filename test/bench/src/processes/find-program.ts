import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { Dishonest } from "../row.js";

/** Where a program lies on PATH. Fails with a sentence that says how to get it. */
export async function findProgram(name: string, howToGet: string): Promise<string> {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const path = join(folder, name);
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (folder !== "" && isThere) return path;
  }
  throw new Dishonest(`${name} is not on PATH; ${howToGet}`);
}
