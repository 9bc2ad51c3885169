import { status } from "@grpc/grpc-js";
import type { Breaks } from "../mutants.js";
import { Refusal } from "./grpc.js";
import type { Knobs } from "./settings.js";

/** One plugin with one revision of its settings. */
export interface Instance {
  readonly plugin: string;
  readonly revision: string;
  readonly knobs: Knobs;
  /** Aborts when the same settings came again: only a broken module minds. */
  readonly told: AbortController;
}

/** The plugins of this process, each with the settings it got last. */
export class Instances {
  readonly #byPlugin = new Map<string, Instance>();
  readonly #breaks: Breaks;
  #last: Instance | undefined;

  constructor(breaks: Breaks) {
    this.#breaks = breaks;
  }

  put(plugin: string, revision: string, knobs: Knobs): void {
    const before = this.#byPlugin.get(plugin);
    if (before?.revision === revision && this.#breaks("stops-when-told-again")) before.told.abort();
    const instance = { plugin, revision, knobs, told: new AbortController() };
    this.#byPlugin.set(plugin, instance);
    this.#last = instance;
  }

  /** The plugin's settings under the revision it has, whatever that is. */
  apply(plugin: string, knobs: Knobs): void {
    const known = this.#byPlugin.get(plugin);
    if (known) this.#byPlugin.set(plugin, { ...known, knobs });
  }

  drop(plugin: string): void {
    this.#byPlugin.delete(plugin);
  }

  /** The settings that work names. Throws FAILED_PRECONDITION where they are not there. */
  get(plugin: string, revision: string): Instance {
    const known = this.#byPlugin.get(plugin);
    const fits = known?.revision === revision || (known !== undefined && this.#breaks("takes-any-revision"));
    if (known && fits) {
      return this.#breaks("one-set-of-settings") && this.#last ? { ...known, knobs: this.#last.knobs } : known;
    }
    const details = this.#breaks("talks-too-much") ? 8 * 1024 : 0;
    throw new Refusal(status.FAILED_PRECONDITION, `no settings of ${plugin} at revision ${revision}`, details);
  }

  /** What a plugin has now, for a module that looks too late. */
  current(instance: Instance): Knobs {
    return this.#byPlugin.get(instance.plugin)?.knobs ?? instance.knobs;
  }
}
