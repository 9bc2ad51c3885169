import type { TypedSettings } from "../settings/typed-settings.js";

interface Shelved {
  readonly revision: string;
  readonly settings: TypedSettings;
}

/** The newest settings of each plugin of a module. All links to the module share one shelf, so that a replica or a
 *  restarted process that lacks them can be configured on the way. */
export class SettingsShelf {
  readonly #byPlugin = new Map<string, Shelved>();

  /** Returns what brings back the settings that were there before. */
  put(plugin: string, revision: string, settings: TypedSettings): () => void {
    const before = this.#byPlugin.get(plugin);
    this.#byPlugin.set(plugin, { revision, settings });
    return () => {
      if (before) this.#byPlugin.set(plugin, before);
      else this.#byPlugin.delete(plugin);
    };
  }

  get(plugin: string, revision: string): TypedSettings | undefined {
    const shelved = this.#byPlugin.get(plugin);
    return shelved?.revision === revision ? shelved.settings : undefined;
  }

  remove(plugin: string): void {
    this.#byPlugin.delete(plugin);
  }
}
