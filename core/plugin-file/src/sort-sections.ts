import { nearest, type SettingsEntry, type SettingsSection } from "@ocelli/model";
import type { IniEntry, IniSection, LineProblem } from "./ini-file.js";
import { inAnyCase, type OwnSection, ownKeys, ownSections, sharedSections, slipOfSection } from "./own-names.js";

/** One of Ocelli's sections: its entries by the name they have in `ownKeys`. */
export interface OwnPart {
  readonly line: number;
  readonly entries: ReadonlyMap<string, IniEntry>;
}

export interface SortedSections {
  readonly own: ReadonlyMap<OwnSection, OwnPart>;
  /** What belongs to the module, in the order of the file. */
  readonly settings: readonly SettingsSection[];
  readonly problems: readonly LineProblem[];
}

interface Merged {
  readonly name: string;
  readonly line: number;
  readonly entries: IniEntry[];
}

/** Tells Ocelli's sections and keys from the module's, and names what stands twice or looks like a slip. A slip is taken
 *  for what it is near to, so that it does not count as missing as well. */
export function sortSections(sections: readonly IniSection[]): SortedSections {
  const problems: LineProblem[] = [];
  const own = new Map<OwnSection, OwnPart>();
  const settings: SettingsSection[] = [];
  for (const section of merge(sections, problems)) {
    const name = inAnyCase(section.name, ownSections);
    const { mine, others } = name
      ? splitKeys(name, section.entries, problems)
      : { mine: undefined, others: section.entries };
    noteTwice(section.name, others, problems);
    if (name && mine) own.set(name, { line: section.line, entries: mine });
    if (!name || others.length > 0) settings.push({ name: name ?? section.name, entries: others.map(settingsEntry) });
  }
  return { own, settings, problems };
}

/** One section of each name, in the case that Ocelli writes its own in. */
function merge(sections: readonly IniSection[], problems: LineProblem[]): Iterable<Merged> {
  const present = new Set(sections.flatMap(({ name }) => inAnyCase(name, ownSections) ?? []));
  const merged = new Map<string, Merged>();
  for (const { name: written, line, entries } of sections) {
    const exact = inAnyCase(written, ownSections);
    const slip = exact ? undefined : slipOfSection(written, present);
    if (slip) {
      const why = present.has(slip) ? " A section of the module needs a name that differs more" : "";
      problems.push({ line, message: `unknown section [${written}], did you mean [${slip}]?${why}` });
      if (present.has(slip)) continue;
    }
    const name = exact ?? slip ?? written;
    const first = merged.get(name);
    if (first) problems.push({ line, message: `section [${name}] stands twice, first in line ${first.line}` });
    if (first) first.entries.push(...entries);
    else merged.set(name, { name, line, entries: [...entries] });
  }
  return merged.values();
}

function splitKeys(section: OwnSection, entries: readonly IniEntry[], problems: LineProblem[]) {
  const known: readonly string[] = ownKeys[section];
  const mine = new Map<string, IniEntry>();
  const others: IniEntry[] = [];
  const slips: [string, IniEntry][] = [];
  for (const entry of entries) {
    const { key, line } = entry;
    const exact = inAnyCase(key, known);
    const near = exact ?? nearest(key, known);
    const first = exact && mine.get(exact);
    if (first) problems.push({ line, message: `${exact} stands twice in [${section}], first in line ${first.line}` });
    else if (exact) mine.set(exact, entry);
    else if (near) {
      slips.push([near, entry]);
      problems.push({ line, message: `unknown key "${key}" in [${section}], did you mean "${near}"?` });
    } else if (sharedSections.includes(section)) others.push(entry);
    else problems.push({ line, message: `unknown key "${key}" in [${section}]; it takes ${known.join(", ")}` });
  }
  for (const [near, entry] of slips) if (!mine.has(near)) mine.set(near, entry);
  return { mine, others };
}

/** A module's keys are its own in their case. `key[]` may stand often: that is how INI writes a list. */
function noteTwice(section: string, entries: readonly IniEntry[], problems: LineProblem[]): void {
  const seen = new Map<string, IniEntry>();
  for (const entry of entries) {
    const name = entry.key.replace(/\[\]$/, "");
    const first = seen.get(name);
    if (!first) seen.set(name, entry);
    else if (first.key !== entry.key || name === entry.key) {
      problems.push({
        line: entry.line,
        message: `${entry.key} stands twice in [${section}], first in line ${first.line}`,
      });
    }
  }
}

function settingsEntry({ key, value, line }: IniEntry): SettingsEntry {
  return { key, value, line };
}
