import { type Clock, linkSignals } from "@ocelli/model";
import type { Connection } from "@ocelli/rpc";
import type { ModuleLink } from "../link/module-link.js";
import type { ModuleProcess } from "./child-process.js";
import type { LaunchDir } from "./launch-dir.js";
import { endSentence, type ProcessEnd, withLastWords } from "./why-it-ended.js";

interface ChildParts {
  readonly link: ModuleLink;
  readonly connection: Connection;
  readonly process: ModuleProcess;
  readonly dir: LaunchDir;
  readonly clock: Clock;
  readonly path: string;
}

/** After the end of its stdin, and again after SIGTERM, how long a module may take to exit, in ms. */
const exitMs = 2_000;

/** A module that runs as our child. */
export class ChildModule {
  readonly link: ModuleLink;
  /** Resolves when the process has ended and nothing of it is left, with why, its last lines included. */
  readonly ended: Promise<string>;
  readonly #parts: ChildParts;
  #stopping: Promise<void> | undefined;

  constructor(parts: ChildParts) {
    this.link = parts.link;
    this.#parts = parts;
    this.ended = this.#watch();
  }

  /** How it ended, as a value. */
  get end(): Promise<ProcessEnd> {
    return this.#parts.process.ended;
  }

  get pid(): number | undefined {
    return this.#parts.process.pid;
  }

  /** Lets the module finish what runs, for at most `graceMs`, and end by itself; then insists. Leaves nothing behind. */
  stop(graceMs: number, reason: string): Promise<void> {
    this.#stopping ??= this.#stop(graceMs, reason);
    return this.#stopping;
  }

  /** Ends the module and everything it started, at once. */
  async kill(): Promise<void> {
    this.#parts.process.signal("SIGKILL");
    await this.ended;
  }

  async #stop(graceMs: number, reason: string): Promise<void> {
    const { process, link } = this.#parts;
    const drained = link.drain(graceMs, reason).catch(() => {}); // One that cannot drain is ended all the same.
    await Promise.race([drained, this.ended]);
    process.endStdin();
    if (await this.#endsWithin(exitMs)) return;
    process.signal("SIGTERM");
    if (await this.#endsWithin(exitMs)) return;
    await this.kill();
  }

  async #endsWithin(ms: number): Promise<boolean> {
    using timer = linkSignals();
    const ended = this.ended.then(() => true);
    const late = this.#parts.clock.sleep(ms, timer.signal).then(() => false);
    const outcome = await Promise.race([ended, late]);
    timer.abort();
    return outcome;
  }

  async #watch(): Promise<string> {
    const { process, connection, dir, path } = this.#parts;
    const end = await process.ended;
    connection.close();
    await dir.remove();
    return withLastWords(`${path} ${endSentence(end, path)}`, process.lastLines);
  }
}
