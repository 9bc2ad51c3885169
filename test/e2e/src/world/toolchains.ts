import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** What pages and templates may need besides this project, and how it says its version. */
const tools: Readonly<Record<string, { readonly argv: readonly [string, ...string[]]; readonly least: string }>> = {
  node: { argv: ["npm", "--version"], least: "9" },
  python: { argv: ["python3", "--version"], least: "3.9" },
  go: { argv: ["go", "version"], least: "1.24" },
  rust: { argv: ["cargo", "--version"], least: "1.70" },
  protoc: { argv: ["protoc", "--version"], least: "3" },
  docker: { argv: ["docker", "info", "--format", "{{.ServerVersion}}"], least: "20" },
};

/** Why something that needs these tools cannot be tried here; undefined where it can. Throws on a tool that is not known. */
export async function missingTools(needs: readonly string[]): Promise<string | undefined> {
  const missing: string[] = [];
  for (const need of needs) {
    const tool = tools[need];
    if (!tool) throw new Error(`"${need}" is none of ${Object.keys(tools).join(", ")}`);
    const why = await whyMissing(tool);
    if (why !== undefined) missing.push(why);
  }
  return missing.length > 0 ? missing.join("; ") : undefined;
}

async function whyMissing({ argv: [program, ...args], least }: (typeof tools)[string]): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, { timeout: 20_000 });
    const version = /\d+(\.\d+)*/.exec(`${stdout}${stderr}`)?.[0] ?? "0";
    return isAtLeast(version, least) ? undefined : `${program} is ${version}, and ${least} is needed`;
  } catch {
    return `${program} is not here`;
  }
}

function isAtLeast(version: string, least: string): boolean {
  const parts = version.split(".").map(Number);
  for (const [i, wanted] of least.split(".").map(Number).entries()) {
    if ((parts[i] ?? 0) !== wanted) return (parts[i] ?? 0) > wanted;
  }
  return true;
}
