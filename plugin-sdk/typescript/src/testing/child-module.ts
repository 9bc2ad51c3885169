import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { moduleTokenKey } from "@ocelli/model";
import { Plugin } from "@ocelli/proto/plugin";
import { type CallOptions, type Connection, connect, createClient } from "@ocelli/rpc";
import { afterEach, expect } from "vitest";

const token = "a-token-of-this-launch";

/** What every call to a child carries. */
export const withToken: CallOptions = { metadata: { [moduleTokenKey]: token }, timeoutMs: 30_000 };

/** A module in a process of its own, started as a host starts it. */
export interface Child {
  readonly process: ChildProcess;
  readonly connection: Connection;
  readonly socket: string;
  readonly stderr: string[];
  readonly stdout: string[];
  readonly exited: Promise<number | null>;
  /** Resolves with the first line on stderr that contains `text`. */
  logged(text: string): Promise<string>;
  /** Gives plugin `p` settings at a revision. */
  configure(revision: string, settings: object, secrets?: Record<string, string>): Promise<void>;
}

const running: { readonly child: Child; readonly dir: string }[] = [];

afterEach(async () => {
  for (const { child, dir } of running.splice(0)) {
    child.connection.close();
    child.process.kill("SIGKILL");
    await child.exited;
    rmSync(dir, { recursive: true });
  }
});

/** Starts the program; it is killed after the test. */
export async function startChild(program: string, env: Readonly<Record<string, string>> = {}): Promise<Child> {
  const dir = mkdtempSync(join(tmpdir(), "ocelli-sdk-"));
  const socket = join(dir, "s");
  const started = spawn(process.execPath, [program], { stdio: "pipe", env: { ...process.env, ...env } });
  const stderr: string[] = [];
  const stdout: string[] = [];
  const waiting = new Set<(line: string) => void>();
  createInterface(started.stderr).on("line", (line) => {
    stderr.push(line);
    for (const look of waiting) look(line);
  });
  createInterface(started.stdout).on("line", (line) => stdout.push(line));
  started.stdin.write(`${JSON.stringify({ protocolMajors: [1], socket, token, launchId: "launch-1", limits: {} })}\n`);
  const connection = connect(`unix:${socket}`);
  const child: Child = {
    process: started,
    connection,
    socket,
    stderr,
    stdout,
    exited: once(started, "exit").then(([code]) => code as number | null),
    logged: (text) =>
      new Promise((resolve) => {
        const look = (line: string): void => {
          if (!line.includes(text)) return;
          waiting.delete(look);
          resolve(line);
        };
        stderr.forEach(look);
        waiting.add(look);
      }),
    async configure(revision, settings, secrets = {}) {
      const settingsJson = JSON.stringify(settings);
      const request = { plugin: "p", revision, settingsJson, secrets };
      const { diagnostics } = await createClient(Plugin, connection).configure(request, withToken);
      expect(diagnostics).toEqual([]);
    },
  };
  running.push({ child, dir });
  await connection.ready(20_000);
  return child;
}
