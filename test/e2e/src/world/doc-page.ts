import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A fenced block of a page that somebody is to copy. */
export type DocBlock =
  | { readonly kind: "file"; readonly line: number; readonly path: string; readonly text: string }
  | { readonly kind: "run"; readonly line: number; readonly text: string }
  | { readonly kind: "output"; readonly line: number; readonly text: string };

export interface DocPage {
  readonly file: string;
  /** Tools of the front matter `<!-- needs: python go -->`. */
  readonly needs: readonly string[];
  readonly blocks: readonly DocBlock[];
}

export async function readPage(file: string): Promise<DocPage> {
  return { file, ...parsePage(await readFile(file, "utf8")) };
}

/** Reads the blocks whose info string says that they are copied: `file=PATH`, `run` and `output`. Others are left alone.
 *  Throws on a block that says something else, for it would be left alone by mistake. */
export function parsePage(text: string): Omit<DocPage, "file"> {
  const lines = text.split(/\r?\n/);
  const needs = /^<!--\s*needs:\s*(.*?)\s*-->$/.exec(lines[0] ?? "")?.[1]?.split(/[\s,]+/) ?? [];
  const blocks: DocBlock[] = [];
  for (let i = 0; i < lines.length; i += 1) {
    const [, fence = "", info = ""] = /^(```+)\s*\S*\s*(.*)$/.exec(lines[i] ?? "") ?? [];
    if (fence === "") continue;
    const line = i + 1;
    const end = lines.indexOf(fence, line);
    if (end < 0) throw new Error(`line ${line}: the block has no end`);
    const body = lines.slice(line, end).map((one) => `${one}\n`);
    i = end;
    const block = blockOf(info.trim(), line, body.join(""));
    if (block) blocks.push(block);
  }
  const first = blocks.find(({ kind }) => kind !== "file");
  if (first?.kind === "output") throw new Error(`line ${first.line}: output without a run before it`);
  return { needs, blocks };
}

function blockOf(info: string, line: number, text: string): DocBlock | undefined {
  if (info === "") return undefined;
  if (info === "run" || info === "output") return { kind: info, line, text };
  const path = /^file=(\S+)$/.exec(info)?.[1];
  if (path === undefined) throw new Error(`line ${line}: "${info}" is none of run, output and file=PATH`);
  if (path.startsWith("/") || path.split("/").includes(".."))
    throw new Error(`line ${line}: ${path} leads out of the folder`);
  return { kind: "file", line, path, text };
}

/** Copies and pastes a page into a folder. Throws where a block fails, or an output does not come. */
export async function followPage(
  { file, blocks }: DocPage,
  folder: string,
  env: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<void> {
  let said = "";
  for (const block of blocks) {
    const place = `${file}:${block.line}`;
    if (block.kind === "file") {
      const path = join(folder, block.path);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, block.text);
    } else if (block.kind === "run") {
      const ended = await runScript(block.text, folder, env, timeoutMs);
      said = ended.said;
      if (ended.code !== 0) throw new Error(`${place} ended with ${ended.code ?? "a signal or too late"}:\n${said}`);
    } else {
      const missing = missingLine(block.text, said);
      if (missing !== undefined) throw new Error(`${place}: "${missing}" does not come in order in\n${said}`);
    }
  }
}

/** The first line that does not occur behind those before it. `…` stands for anything on a line. */
export function missingLine(wanted: string, said: string): string | undefined {
  const lines = said.split(/\r?\n/);
  let at = 0;
  for (const line of wanted.split("\n").filter((one) => one.trim() !== "")) {
    const pattern = new RegExp(line.trimEnd().split("…").map(escaped).join(".*"));
    const found = lines.findIndex((one, i) => i >= at && pattern.test(one));
    if (found < 0) return line;
    at = found + 1;
  }
  return undefined;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

export interface ScriptEnd {
  /** Null where a signal ended it. */
  readonly code: number | null;
  /** stdout and stderr, as a terminal shows them. */
  readonly said: string;
}

/** Runs a script as a whole and ends what it left running. */
export function runScript(
  script: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<ScriptEnd> {
  // One pipe for both, so that their lines keep their order.
  const child = spawn("bash", ["-e", "-c", `exec 2>&1\n${script}`], {
    cwd,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
  const end = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // Nothing of it is left.
    }
  };
  const timer = setTimeout(end, timeoutMs);
  child.once("exit", end);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code, said });
    });
  });
}
