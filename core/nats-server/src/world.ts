import { homedir } from "node:os";
import { type RunCommand, runCommand } from "./run-command.js";

/** What the search needs from the machine. Tests hand in a smaller one. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly arch: string;
  readonly homeDir: string;
  readonly run: RunCommand;
  readonly fetch: (url: string, signal?: AbortSignal) => Promise<Response>;
}

export function thisMachine(): World {
  return {
    env: process.env,
    platform: process.platform,
    arch: process.arch,
    homeDir: homedir(),
    run: runCommand,
    fetch: (url, signal) => fetch(url, { redirect: "follow", ...(signal && { signal }) }),
  };
}
