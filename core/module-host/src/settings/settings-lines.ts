import type { Problem, SettingsSection } from "@ocelli/model";
import type { SettingsPath } from "./pointer.js";

/** Where in a plugin file each setting stands. */
export interface SettingsLines {
  /** The line of a key, of the section's first entry where it lacks the key, 0 where it lacks the section. */
  lineOf(path: SettingsPath): number;
}

export function settingsLines(sections: readonly SettingsSection[]): SettingsLines {
  const byKey = new Map<string, number>();
  const bySection = new Map<string, number>();
  for (const section of sections) {
    for (const { key, line } of section.entries) {
      byKey.set(place(section.name, key), line);
      bySection.set(section.name, Math.min(line, bySection.get(section.name) ?? line));
    }
  }
  return {
    lineOf: ([section = "", key]) =>
      (key === undefined ? undefined : byKey.get(place(section, key))) ?? bySection.get(section) ?? 0,
  };
}

/** A place in words, as it is written in the file: `[snmp] port`. */
export function nameOf(path: SettingsPath): string {
  const [section, key, ...rest] = path;
  if (section === undefined) return "the settings";
  if (key === undefined) return `[${section}]`;
  return `[${section}] ${[key, ...rest].join(".")}`;
}

/** Problems of one file in the order of its lines, each said once. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  const once = new Map(problems.map((problem) => [`${problem.line} ${problem.message}`, problem]));
  return [...once.values()].sort((a, b) => a.line - b.line);
}

function place(section: string, key: string): string {
  return `${section}\u0000${key}`;
}
