import { type ChildProcess, spawn } from "node:child_process";

export interface RunOptions {
  readonly timeoutMs: number;
  /** The whole environment of the command; the caller's own when left out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export type CommandEnd =
  | { readonly kind: "ended"; readonly code: number; readonly stdout: string; readonly stderr: string }
  /** It could not be started, took too long, or was killed: `why` completes the sentence "the command …". */
  | { readonly kind: "failed"; readonly why: string };

export type RunCommand = (
  command: string,
  args: readonly string[],
  options: RunOptions,
  signal?: AbortSignal,
) => Promise<CommandEnd>;

const keptChars = 64 * 1024;

/** Runs a command to its end without a shell and without stdin. Past the deadline, or when the signal aborts,
 *  its whole process group is killed: `go install` leaves compilers behind otherwise. */
export const runCommand: RunCommand = (command, args, { timeoutMs, env }, signal) =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
      windowsHide: true,
      ...(env && { env }),
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout = (stdout + text).slice(-keptChars);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr = (stderr + text).slice(-keptChars);
    });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      killGroup(child);
    }, timeoutMs);
    const onAbort = (): void => killGroup(child);
    signal?.addEventListener("abort", onAbort, { once: true });
    const settle = (end: CommandEnd): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      if (signal?.aborted) reject(signal.reason);
      else resolve(end);
    };
    child.on("error", (error: NodeJS.ErrnoException) => {
      settle({
        kind: "failed",
        why: error.code === "ENOENT" ? "is not there" : `cannot be started (${error.message})`,
      });
    });
    child.on("close", (code, killedBy) => {
      if (late) settle({ kind: "failed", why: `took longer than ${Math.round(timeoutMs / 1000)} s` });
      else if (code === null) settle({ kind: "failed", why: `was killed by ${killedBy ?? "a signal"}` });
      else settle({ kind: "ended", code, stdout, stderr });
    });
  });

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill("SIGKILL");
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // Gone already, which is what was wanted.
  }
}

/** The last line a command had to say: what it complained about. */
export function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.trim() ?? "";
}
