import { isJsonObject } from "@ocelli/model";
import type { DescribeResponse, HandshakeResponse } from "@ocelli/proto/plugin";

/** What a probe module can be told to do, as its section `probe` has it. What is not said has its default. */
export interface Knobs {
  /** Metric groups of a poll, resources of a discovery. */
  readonly groups?: number;
  /** Length of the text `pad` that each of them carries. */
  readonly pad_bytes?: number;
  readonly value?: number;
  /** Waits so long before it answers, obeying cancel and deadline. */
  readonly wait_ms?: number;
  readonly fail?: "fault" | "throw" | "nan" | "bad_name" | "duplicate" | "print" | "endless" | "long_error";
  /** Only the resource with this id fails. */
  readonly fail_for?: string;
  /** Where a sink writes what it stored. */
  readonly file?: string;
  /** Asks for so much more time before it waits. Not every probe has it. */
  readonly progress_ms?: number;
}

const everyProbeHas = ["groups", "pad_bytes", "value", "wait_ms", "fail", "fail_for", "secret", "file"];

/** The knobs of a module that has them: its name begins with "probe-", and its settings have the section. */
export function knobsOf({ name }: HandshakeResponse, { settingsSchemaJson }: DescribeResponse): ReadonlySet<string> {
  if (!name.startsWith("probe-")) return new Set();
  try {
    const names = new Set(keysBelow(JSON.parse(settingsSchemaJson)));
    return everyProbeHas.every((knob) => names.has(knob)) ? names : new Set();
  } catch {
    return new Set();
  }
}

/** The names of `properties` of the section `probe`, also where the schema names the section by reference. */
function keysBelow(schema: unknown): string[] {
  const root = isJsonObject(schema) ? schema : {};
  const properties = isJsonObject(root["properties"]) ? root["properties"] : {};
  let section: unknown = properties["probe"];
  for (let depth = 0; depth < 4 && isJsonObject(section); depth += 1) {
    if (isJsonObject(section["properties"])) return Object.keys(section["properties"]);
    const all = Array.isArray(section["allOf"]) ? section["allOf"][0] : undefined;
    const reference: unknown = section["$ref"];
    section = typeof reference === "string" ? at(root, reference) : all;
  }
  return [];
}

function at(root: Readonly<Record<string, unknown>>, reference: string): unknown {
  const path = reference.replace(/^#\//, "").split("/");
  return path.reduce<unknown>((value, key) => (isJsonObject(value) ? value[key] : undefined), root);
}
