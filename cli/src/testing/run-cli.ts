import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCli {
  readonly ended: Promise<Ended>;
  readonly process: ChildProcess;
  /** Resolves once stdout or stderr holds the text. Rejects where the command ends without it. */
  said(text: string): Promise<void>;
}

export interface CliWorld {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly cwd?: string;
}

/** Starts the built command as a user would, with an environment of its own. */
export function startCli(args: readonly string[], { env = {}, stdin, cwd }: CliWorld = {}): RunningCli {
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
    stdio: ["pipe", "pipe", "pipe"],
    ...(cwd === undefined ? {} : { cwd }),
  });
  child.stdin.end(stdin);
  const text = { stdout: "", stderr: "" };
  const listeners = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      text[name] += chunk;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...text }));
  });
  const said = (wanted: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (text.stdout.includes(wanted) || text.stderr.includes(wanted)) resolve();
      };
      listeners.add(look);
      look();
      void ended.then((end) => reject(new Error(`it ended without "${wanted}": ${JSON.stringify(end)}`)));
    });
  return { ended, process: child, said };
}

export function runCli(args: readonly string[], world?: CliWorld): Promise<Ended> {
  return startCli(args, world).ended;
}
