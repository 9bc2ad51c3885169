import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { familyOf, isAlive, signalProcess } from "./marked-processes.js";

export interface ServiceSpec {
  /** "agent-1". */
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** How long its supervisor waits before it starts it again. */
  readonly restartMs: number;
}

/** One real process and its supervisor: whatever ends it, it is started again, unless it is held down. */
export class Service {
  readonly name: string;
  #spec: ServiceSpec;
  #child: ChildProcess | undefined;
  #gone: Promise<void> = Promise.resolve();
  #isHeld = false;
  #boots = 0;
  #startedAtMs = 0;
  #restart: NodeJS.Timeout | undefined;

  constructor(spec: ServiceSpec) {
    this.name = spec.name;
    this.#spec = spec;
  }

  /** 0 while it is down. */
  get pid(): number {
    return this.isUp ? (this.#child?.pid ?? 0) : 0;
  }

  get isUp(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** How often it was started. */
  get boots(): number {
    return this.#boots;
  }

  /** When it was started the last time, in epoch ms. */
  get startedAtMs(): number {
    return this.#startedAtMs;
  }

  get logFile(): string {
    return this.#spec.logFile;
  }

  /** What the next start uses: a wrapper program, another environment. */
  respecify(change: Partial<Omit<ServiceSpec, "name">>): void {
    this.#spec = { ...this.#spec, ...change };
  }

  start(): void {
    clearTimeout(this.#restart);
    this.#isHeld = false;
    if (this.isUp) return;
    const { argv, env, logFile } = this.#spec;
    const log = openSync(logFile, "a");
    const [program, ...args] = argv;
    // A group of its own, so that Ctrl-C reaches the harness alone; the end of stdin ends it where the harness dies.
    const child = spawn(program, args, { env, detached: true, stdio: ["pipe", log, log] });
    closeSync(log);
    child.stdin?.on("error", () => {});
    this.#child = child;
    this.#boots += 1;
    this.#startedAtMs = Date.now();
    this.#gone = new Promise((resolve) => {
      const onEnd = (): void => {
        resolve();
        if (!this.#isHeld) this.#restart = setTimeout(() => this.start(), this.#spec.restartMs);
      };
      child.once("exit", onEnd);
      child.once("error", onEnd);
    });
  }

  /** kill -9, without a goodbye. Its supervisor starts it again. */
  async kill(): Promise<void> {
    if (!this.isUp) return;
    this.#child?.kill("SIGKILL");
    await this.#gone;
  }

  /** kill -9 of it and of all it started. */
  async killFamily(): Promise<void> {
    if (!this.isUp) return;
    for (const pid of familyOf(this.pid)) signalProcess(pid, "SIGKILL");
    await this.#gone;
  }

  /** Ends it for good: asks first, and kills it when `graceMs` is over. `start` brings it back. */
  async hold(graceMs = 0): Promise<void> {
    this.#isHeld = true;
    clearTimeout(this.#restart);
    if (!this.isUp) return;
    if (graceMs > 0) {
      this.#child?.kill("SIGTERM");
      await Promise.race([this.#gone, new Promise((resolve) => setTimeout(resolve, graceMs).unref())]);
    }
    if (this.isUp) this.#child?.kill("SIGKILL");
    await this.#gone;
  }

  /** SIGSTOP: of the process alone. What it started goes on. */
  freeze(): void {
    if (this.isUp) this.#child?.kill("SIGSTOP");
  }

  thaw(): void {
    if (this.isUp) this.#child?.kill("SIGCONT");
  }

  /** The processes it started, and theirs: an agent's modules. */
  modules(): number[] {
    return this.isUp ? familyOf(this.pid).slice(1).filter(isAlive) : [];
  }
}
