import { type ChildProcess, spawn } from "node:child_process";
import { OcelliError } from "@ocelli/model";
import type { Found } from "./place.js";
import { runCommand } from "./run-command.js";
import { type ServerFiles, type ServerSettings, writeConfig } from "./server-files.js";
import { atLeast } from "./version.js";

/** How a server process ended. */
export interface ServerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Launched {
  readonly pid: number;
  readonly exited: Promise<ServerExit>;
  /** Asks it to finish (SIGTERM). */
  terminate(): void;
  /** Ends it at once, without a chance to finish. */
  kill(): Promise<void>;
}

export type Startable = Exclude<Found, { kind: "url" }>;

export interface LaunchSettings {
  readonly host: string;
  readonly port: number;
  readonly syncAlways: boolean;
}

/** Starts the server process. It gets a process group of its own: a Ctrl-C in the terminal must not reach the broker
 *  before the services that still want to say goodbye. */
export async function launch(
  found: Startable,
  files: ServerFiles,
  settings: LaunchSettings,
  logFd: number,
): Promise<Launched> {
  const syncAlways = settings.syncAlways && atLeast(found.version, "2.10.0");
  const plan =
    found.kind === "docker" ? dockerPlan(found.image, files, settings.port) : binaryPlan(found.path, files, settings);
  await writeConfig(files, { ...plan.settings, syncAlways });
  await plan.prepare?.();
  const child = spawn(plan.command, plan.args, {
    stdio: ["ignore", logFd, logFd],
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  const exited = exitOf(child);
  return {
    pid: await started(child, plan.command),
    exited,
    terminate: () => child.kill("SIGTERM"),
    kill: async () => {
      child.kill("SIGKILL");
      await plan.afterKill?.();
    },
  };
}

interface Plan {
  readonly command: string;
  readonly args: readonly string[];
  readonly settings: Omit<ServerSettings, "syncAlways">;
  prepare?(): Promise<void>;
  afterKill?(): Promise<void>;
}

function binaryPlan(path: string, files: ServerFiles, { host, port }: LaunchSettings): Plan {
  return { command: path, args: ["-c", files.configFile], settings: { host, port, storeDir: files.storeDir } };
}

/** The container sees the data folder as /data, runs as this user, and is reachable from this machine only. */
function dockerPlan(image: string, files: ServerFiles, port: number): Plan {
  const removeContainer = async (): Promise<void> => {
    await runCommand("docker", ["rm", "--force", files.serverName], { timeoutMs: 30_000 });
  };
  const user = process.getuid && process.getgid ? ["--user", `${process.getuid()}:${process.getgid()}`] : [];
  return {
    command: "docker",
    args: [
      ...["run", "--rm", "--name", files.serverName, "--publish", `127.0.0.1:${port}:4222`],
      ...["--volume", `${files.dir}:/data`, ...user, image, "-c", "/data/nats-server.conf"],
    ],
    settings: { host: "0.0.0.0", port: 4222, storeDir: "/data/store" },
    // A container outlives the command that started it when that is killed.
    prepare: removeContainer,
    afterKill: removeContainer,
  };
}

function started(child: ChildProcess, command: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", (error) => {
      reject(new OcelliError("unavailable", `${command} cannot be started: ${error.message}`, { cause: error }));
    });
    child.once("spawn", () => {
      if (child.pid === undefined) reject(new OcelliError("internal", `${command} has no process number`));
      else resolve(child.pid);
    });
  });
}

function exitOf(child: ChildProcess): Promise<ServerExit> {
  return new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
}
