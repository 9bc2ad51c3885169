import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { Dishonest } from "../row.js";

export interface ChildOptions {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Written to its stdin at once, with a line end. */
  readonly firstLine?: string;
}

/** A process of the bench, in a group of its own so that Ctrl-C reaches the bench alone. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  /** Rejects when it ends before it was asked to. Never resolves otherwise. */
  readonly failed: Promise<never>;
  /** Closes its stdin and sends SIGTERM; kills its whole group when `graceMs` is over. */
  stop(graceMs?: number): Promise<void>;
}

const everyGroup = new Set<number>();

/** Kills every process that is left, at once: the last thing the bench does, whatever happened. */
export function killAll(): void {
  for (const pid of everyGroup) killGroup(pid);
  everyGroup.clear();
}

export function startChild({ name, program, args, env = {}, logFile, firstLine }: ChildOptions): Child {
  const log = openSync(logFile, "a");
  const child = spawn(program, args, { detached: true, stdio: ["pipe", log, log], env: { ...process.env, ...env } });
  closeSync(log);
  child.stdin?.on("error", () => {}); // it may be gone before its stdin is closed
  if (firstLine !== undefined) child.stdin?.write(`${firstLine}\n`);
  const { pid } = child;
  if (pid === undefined) throw new Dishonest(`${program} cannot be started`);
  everyGroup.add(pid);
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  let stopping = false;
  const failed = ended.then(async (how) => {
    everyGroup.delete(pid);
    if (stopping) return await new Promise<never>(() => {});
    throw new Dishonest(`${name} ended (${how}): ${await lastLines(logFile)}`);
  });
  failed.catch(() => {});
  return {
    name,
    pid,
    failed,
    async stop(graceMs = 10_000) {
      stopping = true;
      if (isOver(child)) return;
      child.stdin?.end();
      child.kill("SIGTERM");
      const kill = setTimeout(() => killGroup(pid), graceMs);
      await ended;
      clearTimeout(kill);
      killGroup(pid);
    },
  };
}

/** A program of ours. With `profileDir` its CPU profile is stored there when it ends. */
export function startNode(
  options: Omit<ChildOptions, "program"> & { readonly profileDir?: string | undefined },
): Child {
  return startChild({
    ...options,
    program: process.execPath,
    args: [...profileArgs(options.profileDir), ...options.args],
  });
}

export function profileArgs(dir: string | undefined): string[] {
  return dir === undefined ? [] : ["--cpu-prof", "--cpu-prof-dir", dir];
}

function isOver(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // gone
  }
}

async function lastLines(file: string): Promise<string> {
  return (await readFile(file, "utf8").catch(() => "")).trimEnd().split("\n").slice(-3).join(" | ");
}
