import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { killMarked, markName } from "./processes.js";

/** How a module is started: program, arguments, folder. */
export interface Command {
  readonly argv: readonly [string, ...string[]];
  readonly directory: string;
}

/** One line a module wrote. */
export interface Line {
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

const passedOn = ["PATH", "HOME", "LANG", "TZ"] as const;
/** What is kept of one process's output, in characters. */
const keptChars = 16 * 1024 * 1024;

/** A process of the module, in a group of its own, with the few variables of the environment that a host passes on. */
export class ModuleProcess {
  readonly lines: Line[] = [];
  /** Resolves once it has ended and its output is in; with an error where it could not be started. */
  readonly ended: Promise<ProcessEnd | Error>;
  readonly mark: string;
  readonly #process: ChildProcessWithoutNullStreams;
  #chars = 0;
  #end: ProcessEnd | Error | undefined;

  constructor(command: Command, mark: string, variables: Record<string, string>, onLine: (line: Line) => void) {
    const [program, ...args] = command.argv;
    this.mark = mark;
    this.#process = spawn(program, args, {
      cwd: command.directory,
      env: { ...moduleEnvironment(process.env), ...variables, [markName]: mark },
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#process.stdin.on("error", () => {});
    for (const stream of ["stdout", "stderr"] as const) {
      const lines = createInterface({ input: this.#process[stream] });
      lines.on("line", (text) => this.#take({ stream, text }, onLine));
    }
    this.ended = new Promise((resolve) => {
      this.#process.once("error", (error) => {
        if (this.#process.pid === undefined) resolve(error);
      });
      // Grandchildren may hold the pipes open for ever: what is there half a second after the end is all.
      this.#process.once("exit", (code, signal) => {
        const done = (): void => {
          clearTimeout(timer);
          this.#end = { code, signal };
          resolve(this.#end);
        };
        const timer = setTimeout(done, 500);
        this.#process.once("close", done);
      });
    });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.#end !== undefined || this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** The last lines of stderr, for a start that failed. */
  get lastWords(): string {
    const words = this.lines.filter(({ stream }) => stream === "stderr").slice(-8);
    return words.map(({ text }) => text.slice(0, 300)).join("\n");
  }

  write(text: string): void {
    this.#process.stdin.write(text);
  }

  endStdin(): void {
    this.#process.stdin.end();
  }

  /** Signals the process itself, as an init system does; what it started is its own affair. */
  signal(signal: NodeJS.Signals): void {
    if (!this.hasEnded) this.#process.kill(signal);
  }

  /** Ends it and everything it started, at once. Resolves when it is gone. */
  async kill(): Promise<void> {
    if (this.pid > 0) {
      try {
        process.kill(-this.pid, "SIGKILL");
      } catch {
        // Nothing of the group is left.
      }
    }
    await killMarked(this.mark);
    await this.ended;
    for (const stream of [this.#process.stdin, this.#process.stdout, this.#process.stderr]) stream.destroy();
  }

  #take(line: Line, onLine: (line: Line) => void): void {
    onLine(line);
    if (this.#chars > keptChars) return;
    this.#chars += line.text.length;
    this.lines.push(line);
  }
}

/** "exited with code 1", "was ended by SIGKILL". */
export function endWords(end: ProcessEnd | Error): string {
  if (end instanceof Error) return `could not be started: ${end.message}`;
  return end.signal === null ? `exited with code ${end.code}` : `was ended by ${end.signal}`;
}

function moduleEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(passedOn.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}
