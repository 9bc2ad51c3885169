import type { Problem } from "@ocelli/model";
import { type Leaf, readLeaves } from "./leaves.js";
import { toPointer } from "./pointer.js";
import type { ReferenceResolver } from "./references.js";
import { keysOf, schemasAt } from "./schema-at.js";
import { schemaProblems } from "./schema-problems.js";
import { inOrder, nameOf, settingsLines } from "./settings-lines.js";
import type { SettingsSchema } from "./settings-schema.js";
import type { SettingsSource } from "./settings-source.js";
import type { Json } from "./untyped-value.js";

type JsonObject = { [key: string]: Json };

/** Settings as a module gets them: typed, with the secrets taken out. Never log any of it. */
export interface TypedSettings {
  /** A JSON object of sections, secrets left out. */
  readonly settingsJson: string;
  /** The same with `***` in the place of each secret, for `ValidateConfig`. */
  readonly maskedJson: string;
  /** Secrets by JSON pointer. */
  readonly secrets: Readonly<Record<string, string>>;
}

export type TypedOutcome =
  | { readonly kind: "typed"; readonly settings: TypedSettings }
  /** `mayChange`: something outside the file was missing, so that the same file may be right later. */
  | { readonly kind: "problems"; readonly problems: readonly Problem[]; readonly mayChange: boolean };

const mask = "***";

/** The text of a plugin file as settings of its module's schema, or everything that is wrong with it. */
export async function typeSettings(
  source: SettingsSource,
  schema: SettingsSchema,
  resolver: ReferenceResolver,
): Promise<TypedOutcome> {
  const lines = settingsLines(source.settings);
  const leaves = await readLeaves(source.settings, schema.root, resolver);
  const problems: Problem[] = leaves.flatMap((leaf) =>
    leaf.missing.map((why) => ({
      file: source.file,
      line: lines.lineOf(leaf.path),
      message: `${nameOf(leaf.path)}: ${why}`,
    })),
  );
  const mayChange = problems.length > 0;
  const values = assemble(source, leaves, schema, (leaf) => leaf.value);
  problems.push(...schemaProblems(source, schema, values, leaves));
  if (problems.length > 0) return { kind: "problems", problems: inOrder(problems), mayChange };
  return {
    kind: "typed",
    settings: {
      settingsJson: JSON.stringify(assemble(source, leaves, schema, (leaf) => (leaf.secret ? undefined : leaf.value))),
      maskedJson: JSON.stringify(assemble(source, leaves, schema, (leaf) => (leaf.secret ? mask : leaf.value))),
      secrets: Object.fromEntries(
        leaves.filter((leaf) => leaf.secret).map((leaf) => [toPointer(leaf.path), secretText(leaf.value)]),
      ),
    },
  };
}

function secretText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Puts values into sections, lists and keys. A left-out key is absent; a left-out list element is null, so that the
 *  others keep their places. */
function assemble(
  source: SettingsSource,
  leaves: readonly Leaf[],
  schema: SettingsSchema,
  pick: (leaf: Leaf) => Json | undefined,
): JsonObject {
  const root = new Map<string, Map<string, Json>>();
  for (const section of source.settings) root.set(section.name, root.get(section.name) ?? new Map());
  for (const leaf of leaves) {
    const [section = "", key = "", index] = leaf.path;
    const keys = root.get(section) ?? new Map<string, Json>();
    root.set(section, keys);
    const value = pick(leaf);
    if (index === undefined) {
      if (value !== undefined) keys.set(key, value);
      continue;
    }
    const list = keys.get(key);
    if (Array.isArray(list)) list.push(value ?? null);
    else keys.set(key, [value ?? null]);
  }
  for (const [section, key] of emptyLists(source, leaves)) root.get(section)?.set(key, []);
  if (keysOf(schemasAt(schema.root, ["ocelli"])).includes("directory")) {
    root.set("ocelli", (root.get("ocelli") ?? new Map()).set("directory", source.directory));
  }
  return Object.fromEntries([...root].map(([name, keys]) => [name, Object.fromEntries(keys)]));
}

/** A list without elements has no leaf of its own. */
function emptyLists(source: SettingsSource, leaves: readonly Leaf[]): [string, string][] {
  const filled = new Set(leaves.map(({ path }) => toPointer(path.slice(0, 2))));
  return source.settings.flatMap((section) =>
    section.entries
      .filter(({ key }) => !filled.has(toPointer([section.name, key])))
      .map(({ key }): [string, string] => [section.name, key]),
  );
}
