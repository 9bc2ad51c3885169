import { appendFile, copyFile, cp, mkdir, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";

/** Where the SDK lies in a project; its go.mod leads there. A folder named vendor would mean something else to Go. */
const place = "third_party/ocelli";

/** Parts of the SDK that only its own repository needs. */
const ours = new Set(["tools", "buf.gen.yaml"]);

/** Copies the Go SDK into a project of its own, and tells its go.mod and go.sum what the SDK needs: with these modules in the
 *  cache it builds offline. */
export async function vendorGo(sdkRoot: string, projectDir: string): Promise<void> {
  const target = join(projectDir, place);
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  await cp(sdkRoot, target, {
    recursive: true,
    filter: (path) => !ours.has(basename(path)) && !path.endsWith("_test.go"),
  });
  await copyFile(join(sdkRoot, "go.sum"), join(projectDir, "go.sum"));
  const needs = requirements(await readFile(join(sdkRoot, "go.mod"), "utf8"));
  const lines = needs.map((need) => `\t${need} // indirect\n`).join("");
  await appendFile(join(projectDir, "go.mod"), `\nrequire (\n${lines})\n`);
}

/** "module version" of everything in the require blocks of a go.mod. */
function requirements(goMod: string): string[] {
  const blocks = [...goMod.matchAll(/^require \(\n([^)]*)\)/gm)].map(([, inside = ""]) => inside);
  const needs = blocks.flatMap((inside) => inside.split("\n").map((line) => line.replace(/\/\/.*/, "").trim()));
  return needs.filter((need) => need !== "").toSorted();
}
