import type { SettingsSection } from "@ocelli/model";

/** The part of a plugin file that belongs to its module. */
export interface SettingsSource {
  readonly file: string;
  /** The folder of the file: a module that asks for it gets it as `/ocelli/directory`. */
  readonly directory: string;
  readonly settings: readonly SettingsSection[];
}
