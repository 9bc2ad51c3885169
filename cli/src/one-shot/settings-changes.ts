import type { SettingsSection } from "@ocelli/model";

export interface SettingsChange {
  readonly section: string;
  readonly key: string;
  readonly value: string;
}

/** Reads `section.key=value`; undefined where it is none. The key ends at the first `=`, the section at the first dot. */
export function parseChange(text: string): SettingsChange | undefined {
  const [, section, key, value] = /^([^.=\s][^.=]*)\.([^=\s][^=]*?)\s*=([\s\S]*)$/.exec(text) ?? [];
  return section === undefined || key === undefined || value === undefined ? undefined : { section, key, value };
}

/** The settings of a plugin file with some of them replaced or added. */
export function changedSettings(
  settings: readonly SettingsSection[],
  changes: readonly SettingsChange[],
): SettingsSection[] {
  let sections = [...settings];
  for (const { section, key, value } of changes) {
    const before = sections.find(({ name }) => name === section);
    const entries = [...(before?.entries ?? []).filter((entry) => entry.key !== key), { key, value, line: 0 }];
    const changed = { name: section, entries };
    sections = before ? sections.map((one) => (one.name === section ? changed : one)) : [...sections, changed];
  }
  return sections;
}
