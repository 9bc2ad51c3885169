import { type LaunchHost, type LaunchOptions, launch } from "../launch/launch.js";
import type { Line } from "../launch/module-process.js";
import { kitLimits, type Mode, meet, type RunningModule } from "../launch/running-module.js";
import type { Timings } from "./timings.js";

/** How the bench gets its modules: it starts them, or dials what runs. */
export type Source =
  | { readonly kind: "command"; readonly host: LaunchHost }
  | { readonly kind: "endpoint"; readonly target: string };

export interface Met {
  readonly name: string;
  readonly version: string;
  readonly sdk: string;
  readonly language: string;
}

/** Keeps the modules of one way of starting: one that the cases share, and others for cases that end theirs. */
export class Bench {
  readonly mode: Mode;
  readonly #source: Source;
  readonly #timings: Timings;
  readonly #fresh: Promise<RunningModule>[] = [];
  readonly #lines: (readonly Line[])[] = [];
  #shared: Promise<RunningModule> | undefined;
  #met: Met | undefined;

  constructor(mode: Mode, source: Source, timings: Timings) {
    this.mode = mode;
    this.#source = source;
    this.#timings = timings;
  }

  /** Who the module said it is; undefined where it never answered. */
  get met(): Met | undefined {
    return this.#met;
  }

  /** The module that the cases share. Started again where the one before broke. */
  async shared(signal: AbortSignal): Promise<RunningModule> {
    const before = await this.#shared?.catch(() => undefined);
    if (before === undefined || before.hasEnded) await this.discard();
    this.#shared ??= this.#open({}, signal);
    const module = await this.#shared;
    const { name, version, sdk, language } = module.identity;
    this.#met ??= { name, version, sdk, language };
    return module;
  }

  /** A module of the case's own, which is gone after it. */
  async fresh(options: LaunchOptions, signal: AbortSignal): Promise<RunningModule> {
    const module = this.#open(options, signal);
    this.#fresh.push(module);
    return await module;
  }

  /** Everything that all modules of this bench have written so far. */
  lines(): Line[] {
    return this.#lines.flat();
  }

  async closeFresh(): Promise<void> {
    await Promise.all(this.#fresh.splice(0).map(closeOnceThere));
  }

  /** Gives the shared module up: what follows must not suffer from what was. */
  async discard(): Promise<void> {
    const module = this.#shared;
    this.#shared = undefined;
    if (module) await closeOnceThere(module);
  }

  async close(): Promise<void> {
    await Promise.all([this.closeFresh(), this.discard()]);
  }

  async #open(options: LaunchOptions, signal: AbortSignal): Promise<RunningModule> {
    const source = this.#source;
    if (source.kind === "endpoint" || this.mode === "endpoint") return await this.#dial(signal);
    const module = await launch(source.host, this.mode, options, signal);
    if (module.parts.process) this.#lines.push(module.parts.process.lines);
    return module;
  }

  #dial(signal: AbortSignal): Promise<RunningModule> {
    const target = this.#source.kind === "endpoint" ? this.#source.target : "";
    const parts = { mode: "endpoint", target, token: undefined, joinToken: undefined, launchId: "" } as const;
    const none = { process: undefined, registry: undefined, dispose: async () => {} };
    return meet({ ...parts, limits: kitLimits, ...none }, this.#timings, signal);
  }
}

/** A module that is still starting is closed as soon as it has started: nothing is left behind. */
async function closeOnceThere(opening: Promise<RunningModule>): Promise<void> {
  const module = await opening.catch(() => undefined);
  await module?.close();
}
