import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pluginText, putFile } from "@ocelli/test-kit";
import { ownProgram } from "../world/paths.js";
import type { World } from "../world/world.js";

const badOnes = ["no file at all\n", "[Core]\nName = ", "unknown key", "bad value", "wrong frequency"] as const;
const files = 3;

/** Edits plugin files of its own, one after the other: new settings, and now and then something that nobody can read. They share
 *  their module with the plugins that must not notice. */
export class PluginEditor {
  readonly #world: World;
  readonly #devices: string;
  /** By plugin: the padding of the newest edit that was valid. */
  readonly #newest = new Map<string, number>();
  #edits = 0;
  #invalid = 0;

  constructor(world: World) {
    this.#world = world;
    this.#devices = world.devices.ids
      .slice(0, 10)
      .map((id) => JSON.stringify(id))
      .join(", ");
  }

  /** The plugins it edits. */
  get names(): string[] {
    return Array.from({ length: files }, (_, i) => `edited-${i + 1}`);
  }

  async edit(valid: boolean): Promise<void> {
    this.#edits += 1;
    const { pluginDir } = this.#world;
    const name = `edited-${(this.#edits % files) + 1}`;
    const path = join(pluginDir, `${name}.ocelli-plugin`);
    if (valid) {
      this.#newest.set(name, this.#edits);
      await putFile(path, this.#text(name, `padding_bytes = ${this.#edits}`));
      return;
    }
    this.#invalid += 1;
    const what = badOnes[this.#invalid % badOnes.length] ?? badOnes[0];
    if (what === "unknown key") await putFile(path, this.#text(name, "padding = 1"));
    else if (what === "bad value") await putFile(path, this.#text(name, "padding_bytes = much"));
    else if (what === "wrong frequency") await putFile(path, this.#text(name, "", "often"));
    // As an editor that writes in place and is seen half way.
    else await writeFile(path, what);
  }

  /** How many plugins do not run with the newest settings that were valid. */
  async behind(): Promise<number> {
    const { plugins } = this.#world.witness.bus;
    let behind = 0;
    for (const [name, padding] of this.#newest) {
      const settings = JSON.stringify((await plugins.get(name))?.value.active?.settings ?? []);
      if (!settings.includes(`"${padding}"`)) behind += 1;
    }
    return behind;
  }

  /** How many plugins show problems. */
  async troubled(): Promise<number> {
    const { plugins } = this.#world.witness.bus;
    const records = await Promise.all(this.names.map((name) => plugins.get(name)));
    return records.filter((record) => (record?.value.problems.length ?? 0) > 0).length;
  }

  async removeAll(): Promise<void> {
    const { pluginDir } = this.#world;
    await Promise.all(this.names.map((name) => rm(join(pluginDir, `${name}.ocelli-plugin`), { force: true })));
  }

  #text(name: string, setting: string, frequency?: string): string {
    const { intervalS: frequencyS, timeoutS } = this.#world.load;
    const module = ownProgram("module/main.js");
    const filter = `resource_id IN (${this.#devices})`;
    const text = pluginText({ name, module, frequencyS, timeoutS, filter, rest: `[answer]\n${setting}` });
    return frequency === undefined ? text : text.replace(/execute_frequency = .*/, `execute_frequency = ${frequency}`);
  }
}
