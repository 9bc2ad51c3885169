import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Clock } from "@ocelli/model";
import { linkSignals } from "@ocelli/model";
import { type ModuleLine, ModuleOutput } from "./output.js";
import { signalGroup } from "./process-group.js";
import type { ProcessEnd } from "./why-it-ended.js";

/** What modules get of our environment. */
const passedOn = ["PATH", "HOME", "LANG", "TZ"] as const;

/** After its end, how long a process's last output may take to arrive, in ms. */
const lastOutputMs = 500;

export interface ChildOptions {
  readonly argv: readonly [string, ...string[]];
  readonly directory: string;
  readonly clock: Clock;
  readonly onLine: (line: ModuleLine) => void;
}

/** A process that leads a group of its own. When it ends, however that comes, the rest of its group is killed. */
export class ModuleProcess {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #output: ModuleOutput;
  /** Resolves once it has ended, its group is gone and its last lines are in. */
  readonly ended: Promise<ProcessEnd>;

  constructor({ argv, directory, clock, onLine }: ChildOptions) {
    const [program, ...args] = argv;
    this.#output = new ModuleOutput(onLine, clock);
    this.#process = spawn(program, args, {
      cwd: directory,
      env: moduleEnvironment(process.env),
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#process.stdin.on("error", () => {}); // A module that closed its stdin ends, or never reads it.
    this.#output.read("stdout", this.#process.stdout);
    this.#output.read("stderr", this.#process.stderr);
    this.ended = this.#watch(clock);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get lastLines(): readonly string[] {
    return this.#output.lastLines;
  }

  /** Writes to its stdin, which stays open: its end tells the module that its host is gone. */
  write(line: string): void {
    this.#process.stdin.write(line);
  }

  endStdin(): void {
    this.#process.stdin.end();
  }

  /** Signals it and everything it started. */
  signal(signal: NodeJS.Signals): void {
    const { pid, exitCode, signalCode } = this.#process;
    if (pid !== undefined && exitCode === null && signalCode === null) signalGroup(pid, signal);
  }

  async #watch(clock: Clock): Promise<ProcessEnd> {
    const closed = new Promise<void>((resolve) => this.#process.once("close", () => resolve()));
    const end = await new Promise<ProcessEnd>((resolve) => {
      this.#process.once("error", (error) => {
        if (this.#process.pid === undefined) resolve({ code: null, signal: null, error });
      });
      this.#process.once("exit", (code, signal) => {
        // At once, while the group's id cannot belong to anybody else.
        if (this.#process.pid !== undefined) signalGroup(this.#process.pid, "SIGKILL");
        resolve({ code, signal, error: undefined });
      });
    });
    using timer = linkSignals();
    await Promise.race([closed, clock.sleep(lastOutputMs, timer.signal)]);
    timer.abort();
    for (const stream of [this.#process.stdin, this.#process.stdout, this.#process.stderr]) stream.destroy();
    return end;
  }
}

/** The few variables that modules get: secrets of the host's environment are none of their business. */
function moduleEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(passedOn.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}
