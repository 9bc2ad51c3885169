import type { IniEntry, LineProblem } from "./ini-file.js";
import { type OwnKey, type OwnSection, ownSections } from "./own-names.js";
import type { OwnPart } from "./sort-sections.js";

/** Reads Ocelli's own sections and keeps what is wrong with them. */
export class OwnReader {
  readonly problems: LineProblem[] = [];
  readonly #own: ReadonlyMap<OwnSection, OwnPart>;

  constructor(own: ReadonlyMap<OwnSection, OwnPart>) {
    this.#own = own;
    for (const section of ownSections.filter((name) => name !== "enrichment" && !own.has(name))) {
      this.problem(0, `section [${section}] is missing`);
    }
  }

  problem(line: number, message: string): undefined {
    this.problems.push({ line, message });
    return undefined;
  }

  /** An entry that may be there. A reference in it is a problem: only the module's settings are resolved. */
  optional<S extends OwnSection>(section: S, key: OwnKey<S>): IniEntry | undefined {
    const entry = this.#own.get(section)?.entries.get(key);
    if (!entry?.value.includes("${")) return entry;
    return this.problem(entry.line, `${key} takes no \${…}; references are for the settings of the module`);
  }

  /** An entry that must be there, where its section is. */
  mandatory<S extends OwnSection>(section: S, key: OwnKey<S>): IniEntry | undefined {
    const part = this.#own.get(section);
    if (part && !part.entries.has(key)) this.problem(part.line, `${key} is missing in [${section}]`);
    return this.optional(section, key);
  }

  /** Seconds, decimals allowed, in whole ms. */
  milliseconds(key: string, entry: IniEntry | undefined, minS: number, maxS: number): number | undefined {
    const seconds = this.#number(key, entry, /^\d+(?:\.\d+)?$/, `number of seconds, such as 60 or 0.5`, minS, maxS);
    return seconds === undefined ? undefined : Math.round(seconds * 1000);
  }

  whole(key: string, entry: IniEntry | undefined, min: number, max: number): number | undefined {
    return this.#number(key, entry, /^\d+$/, "whole number", min, max);
  }

  #number(key: string, entry: IniEntry | undefined, form: RegExp, what: string, min: number, max: number) {
    if (!entry) return undefined;
    if (!form.test(entry.value)) return this.problem(entry.line, `${key} "${entry.value}" is not a ${what}`);
    const value = Number(entry.value);
    if (value >= min && value <= max) return value;
    return this.problem(entry.line, `${key} is ${entry.value}; it must be from ${min} to ${max}`);
  }
}
