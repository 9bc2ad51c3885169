import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ownProgram } from "./paths.js";

/** Agents run one process for each module path: a module of this world alone, whose program is `program` of the suite, called with
 *  `args`. Returns its folder. */
export async function putModule(dir: string, name: string, program: string, args: readonly string[] = []) {
  const folder = join(dir, "modules", name);
  await mkdir(folder, { recursive: true });
  const text = `process.argv.push(...${JSON.stringify(args)});\nawait import(${JSON.stringify(pathToFileURL(ownProgram(program)).href)});\n`;
  await writeFile(join(folder, "main.mjs"), text);
  return folder;
}
