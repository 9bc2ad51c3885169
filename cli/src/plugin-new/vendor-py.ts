import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { OcelliError } from "@ocelli/model";
import { type ZipFile, zip } from "./zip.js";

/** What pyproject.toml says of the package. */
interface Project {
  readonly name: string;
  readonly version: string;
  readonly requiresPython: string;
  readonly dependencies: readonly string[];
}

/** Packs the Python SDK as a wheel into a project of its own: pip installs a wheel without building anything. Beside it lies what
 *  the project's requirements.txt refers to. */
export async function vendorPy(sdkRoot: string, projectDir: string): Promise<void> {
  const project = readProject(await readFile(join(sdkRoot, "pyproject.toml"), "utf8"));
  const wheel = `${project.name}-${project.version}-py3-none-any.whl`;
  const vendor = join(projectDir, "vendor");
  await mkdir(vendor, { recursive: true });
  await writeFile(join(vendor, wheel), zip(await wheelFiles(sdkRoot, project)));
  // pip takes paths from where it is called: the project's folder.
  await writeFile(join(vendor, "requirements.txt"), `./vendor/${wheel}\n`);
}

/** Layout: <https://packaging.python.org/en/latest/specifications/binary-distribution-format/> */
async function wheelFiles(sdkRoot: string, project: Project): Promise<ZipFile[]> {
  const info = `${project.name}-${project.version}.dist-info`;
  const files = [
    ...(await sources(join(sdkRoot, "src"))),
    textFile(`${info}/METADATA`, [
      "Metadata-Version: 2.1",
      `Name: ${project.name}`,
      `Version: ${project.version}`,
      `Requires-Python: ${project.requiresPython}`,
      ...project.dependencies.map((one) => `Requires-Dist: ${one}`),
    ]),
    textFile(`${info}/WHEEL`, [
      "Wheel-Version: 1.0",
      "Generator: ocelli",
      "Root-Is-Purelib: true",
      "Tag: py3-none-any",
    ]),
  ];
  const record = files.map(({ path, bytes }) => `${path},sha256=${sha256(bytes)},${bytes.length}`);
  return [...files, textFile(`${info}/RECORD`, [...record, `${info}/RECORD,,`])];
}

async function sources(root: string): Promise<ZipFile[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && /\.(py|pyi|typed)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .toSorted();
  return Promise.all(paths.map(async (path) => ({ path, bytes: await readFile(join(root, path)) })));
}

function textFile(path: string, lines: readonly string[]): ZipFile {
  return { path, bytes: Buffer.from(`${lines.join("\n")}\n`) };
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64url");
}

/** The few lines of our own pyproject.toml that matter. */
function readProject(toml: string): Project {
  const text = (key: string): string => {
    const found = new RegExp(`^${key} = "([^"]*)"$`, "m").exec(toml)?.[1];
    if (found === undefined) throw new OcelliError("internal", `pyproject.toml of the Python SDK has no ${key}`);
    return found;
  };
  const list = /^dependencies = \[(.*)\]$/m.exec(toml)?.[1] ?? "";
  const dependencies = [...list.matchAll(/"([^"]*)"/g)].map(([, one = ""]) => one);
  return { name: text("name"), version: text("version"), requiresPython: text("requires-python"), dependencies };
}
