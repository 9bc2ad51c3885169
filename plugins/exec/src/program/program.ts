import { type ChildProcess, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import type { Log } from "@ocelli/plugin-sdk";
import { pause } from "../pause.js";
import type { Pipe, PipeSupply } from "./pipes.js";
import { killMarked, markVariable, signalGroup } from "./process-group.js";
import type { Warden } from "./warden.js";

/** What every program of this process shares. */
export interface Supervision {
  readonly warden: Warden;
  readonly pipes: PipeSupply;
}

export interface ProgramStart {
  readonly path: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Whether it is to be written to. */
  readonly asks: boolean;
  readonly onStdout: (chunk: Uint8Array) => void;
  readonly onStderr: (chunk: Uint8Array) => void;
}

/** How a program ended. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Where it could not even be started. */
  readonly error: Error | undefined;
}

/** After its end, how long the last of its output may take to arrive, in ms. */
const lastOutputMs = 500;

let programs = 0;

/** Starts a program in a group of its own, without a shell. What cannot be started ends with an error. */
export async function startProgram(
  start: ProgramStart,
  { pipes, warden }: Supervision,
  log: Pick<Log, "warn">,
): Promise<Program> {
  const stdout = await pipes.take(log);
  const stderr = await pipes.take(log);
  programs += 1;
  return new Program(start, warden, `${warden.mark}.${programs}`, stdout, stderr);
}

export class Program {
  /** Resolves once it has ended, its group is gone and its output is in. */
  readonly ended: Promise<ProgramEnd>;
  readonly stdin: Writable | undefined;
  readonly #warden: Warden;
  readonly #mark: string;
  readonly #process: ChildProcess | undefined;
  readonly #outputs: readonly Readable[];
  #stopping: Promise<void> | undefined;
  #isOver = false;

  constructor(start: ProgramStart, warden: Warden, mark: string, stdout: Pipe | undefined, stderr: Pipe | undefined) {
    this.#warden = warden;
    this.#mark = mark;
    let failed: Error | undefined;
    try {
      this.#process = spawn(start.path, start.args, {
        cwd: start.directory,
        env: { ...start.environment, [markVariable]: mark },
        detached: true,
        stdio: [start.asks ? "pipe" : "ignore", stdout?.writeFd ?? "pipe", stderr?.writeFd ?? "pipe"],
      });
      if (this.#process.pid !== undefined) warden.add(this.#process.pid);
    } catch (error) {
      failed = error instanceof Error ? error : new Error(String(error));
    }
    for (const pipe of [stdout, stderr]) if (pipe) closeSync(pipe.writeFd);
    const outputs = [
      { stream: stdout?.read ?? this.#process?.stdout, take: start.onStdout },
      { stream: stderr?.read ?? this.#process?.stderr, take: start.onStderr },
    ];
    this.#outputs = outputs.flatMap(({ stream, take }) => {
      stream?.on("data", take).on("error", () => {});
      return stream ? [stream] : [];
    });
    this.stdin = this.#process?.stdin ?? undefined;
    this.stdin?.on("error", () => {}); // Its end says it all.
    this.ended = this.#watch(failed);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Asks the whole group to end and, after `graceMs`, kills what is left of it. Resolves when the program has
   *  ended; whatever left the group is looked for and killed behind. */
  stop(graceMs: number): Promise<void> {
    this.#stopping ??= this.#stop(graceMs);
    return this.#stopping;
  }

  async #stop(graceMs: number): Promise<void> {
    const { pid } = this.#process ?? {};
    if (pid === undefined || this.#isOver) return;
    signalGroup(pid, "SIGTERM");
    const timer = setTimeout(() => {
      if (!this.#isOver) signalGroup(pid, "SIGKILL");
    }, graceMs);
    await this.ended;
    clearTimeout(timer);
    void killMarked(this.#mark);
  }

  async #watch(failed: Error | undefined): Promise<ProgramEnd> {
    const closed = Promise.all(this.#outputs.map((stream) => new Promise((resolve) => stream.once("close", resolve))));
    const end = await this.#exit(failed);
    const late = new AbortController();
    await Promise.race([closed, pause(lastOutputMs, late.signal)]);
    late.abort();
    for (const stream of this.#outputs) stream.destroy();
    this.stdin?.destroy();
    return end;
  }

  #exit(failed: Error | undefined): Promise<ProgramEnd> {
    return new Promise((resolve) => {
      const over = (end: ProgramEnd): void => {
        this.#isOver = true;
        resolve(end);
      };
      const process = this.#process;
      if (!process || failed) return over({ code: null, signal: null, error: failed });
      process.once("error", (error) => {
        if (process.pid === undefined) over({ code: null, signal: null, error });
      });
      process.once("exit", (code, signal) => {
        // At once, while the group's id cannot belong to anybody else.
        if (process.pid !== undefined) {
          signalGroup(process.pid, "SIGKILL");
          this.#warden.remove(process.pid);
        }
        over({ code, signal, error: undefined });
      });
    });
  }
}
