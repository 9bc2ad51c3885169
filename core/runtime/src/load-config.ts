import { readFile } from "node:fs/promises";
import { messageOf, nearest, OcelliError } from "@ocelli/model";
import { parse } from "ini";
import type { z } from "zod";

/** Settings as text: section, then key. */
export type RawSettings = Record<string, Record<string, string>>;

export interface ConfigSources {
  /** Path of an INI file, or undefined for none. */
  readonly file: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const prefix = "OCELLI_";

/** Reads an INI file and the environment (`OCELLI_<SECTION>__<KEY>` wins over the file) and checks them against `schema`, an
 *  object of sections. Throws `invalid` with every problem at once: file and line or variable, and the nearest right name. */
export async function loadConfig<Schema extends z.ZodType>(
  schema: Schema,
  sources: ConfigSources,
): Promise<z.output<Schema>> {
  const text = sources.file === undefined ? "" : await readText(sources.file);
  const raw = withEnvironment(sectionsOf(text), sources.environment);
  const checked = schema.safeParse(raw);
  if (checked.success) return checked.data;
  const problems = checked.error.issues.flatMap((issue) => problemsOf(issue, { raw, text, sources, schema }));
  throw new OcelliError("invalid", `the settings have problems:\n${problems.map((line) => `  ${line}`).join("\n")}`);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new OcelliError("invalid", `the settings file cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

function sectionsOf(text: string): RawSettings {
  const sections: RawSettings = {};
  for (const [section, entries] of Object.entries(parse(text) as Record<string, unknown>)) {
    if (typeof entries !== "object" || entries === null) sections[section] = { "": String(entries) };
    else sections[section] = Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, String(value)]));
  }
  return sections;
}

/** Variables with a double underscore are settings; others that begin with the prefix belong to somebody else. */
function withEnvironment(raw: RawSettings, environment: ConfigSources["environment"]): RawSettings {
  const sections: RawSettings = structuredClone(raw);
  for (const [name, value] of Object.entries(environment)) {
    const match = new RegExp(`^${prefix}([A-Z0-9]+)__([A-Z0-9_]+)$`).exec(name);
    const [, section, key] = match ?? [];
    if (section === undefined || key === undefined || value === undefined) continue;
    const lower = section.toLowerCase();
    sections[lower] = { ...sections[lower], [key.toLowerCase()]: value };
  }
  return sections;
}

interface Checked {
  readonly raw: RawSettings;
  readonly text: string;
  readonly sources: ConfigSources;
  readonly schema: z.ZodType;
}

function problemsOf(issue: z.core.$ZodIssue, { raw, text, sources, schema }: Checked): string[] {
  const path = issue.path.map(String);
  if (issue.code !== "unrecognized_keys") {
    const [section = "", key = ""] = path;
    const given = raw[section]?.[key];
    const what = issue.message.endsWith("received NaN") ? `${JSON.stringify(given)} is not a number` : issue.message;
    return [`${placeOf(path, text, sources)}: ${path.join(".")}: ${what}`];
  }
  return issue.keys.map((key) => {
    const near = nearest(key, knownKeys(schema, path));
    const hint = near === undefined ? "" : `; did you mean ${near}?`;
    return `${placeOf([...path, key], text, sources)}: ${path.length === 0 ? "section" : "key"} ${key} is not known${hint}`;
  });
}

/** The file and line, or the variable, that a setting comes from. */
function placeOf(path: readonly string[], text: string, sources: ConfigSources): string {
  const [section = "", key = ""] = path;
  const variable = `${prefix}${section}__${key}`.toUpperCase();
  if (sources.environment[variable] !== undefined) return variable;
  if (sources.file === undefined) return variable;
  let inside = "";
  for (const [i, line] of text.split("\n").entries()) {
    const header = /^\s*\[([^\]]+)\]/.exec(line);
    if (header) inside = header[1] ?? "";
    const isKey = inside === section && line.split("=")[0]?.trim() === key;
    if ((key === "" && header && inside === section) || (key !== "" && isKey)) return `${sources.file}:${i + 1}`;
  }
  return sources.file;
}

function knownKeys(schema: z.ZodType, path: readonly string[]): string[] {
  let current: unknown = schema;
  for (const step of path) current = shapeOf(current)?.[step];
  return Object.keys(shapeOf(current) ?? {});
}

/** The shape of an object schema, through optional, default and prefault. */
function shapeOf(schema: unknown): Record<string, unknown> | undefined {
  const one = schema as { shape?: Record<string, unknown>; def?: { innerType?: unknown } } | undefined;
  if (one?.shape) return one.shape;
  return one?.def?.innerType ? shapeOf(one.def.innerType) : undefined;
}
