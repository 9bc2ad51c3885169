import { create } from "@bufbuild/protobuf";
import { type Diagnostic, DiagnosticSchema, Severity } from "@ocelli/proto/plugin";
import type { Breaks } from "../mutants.js";

/** The knobs of every probe module. */
export interface Knobs {
  readonly groups: number;
  readonly pad_bytes: number;
  readonly value: number;
  readonly wait_ms: number;
  readonly progress_ms: number;
  readonly fail: string;
  readonly fail_for: string;
  readonly secret: string;
  readonly file: string;
}

const defaults: Knobs = {
  ...{ groups: 1, pad_bytes: 0, value: 1, wait_ms: 0, progress_ms: 0 },
  ...{ fail: "", fail_for: "", secret: "", file: "" },
};

const fails = ["", "fault", "throw", "nan", "bad_name", "duplicate", "print", "endless", "long_error"];
const whole = { type: "integer", minimum: 0 };
const text = { type: "string", default: "" };

const knobSchemas: Readonly<Record<keyof Knobs, object>> = {
  groups: { ...whole, default: 1 },
  pad_bytes: { ...whole, default: 0 },
  value: { type: "number", minimum: 0, maximum: 1000, default: 1 },
  wait_ms: { ...whole, default: 0 },
  progress_ms: { ...whole, default: 0 },
  fail: { enum: fails, default: "" },
  fail_for: text,
  secret: { ...text, "x-secret": true },
  file: text,
};

export function schemaJson(breaks: Breaks): string {
  const newest = "https://json-schema.org/draft/2020-12/schema";
  return JSON.stringify({
    $schema: breaks("old-schema-dialect") ? "http://json-schema.org/draft-04/schema#" : newest,
    type: "object",
    properties: { probe: { type: "object", properties: knobSchemas, additionalProperties: false } },
    additionalProperties: false,
  });
}

type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Everything that is wrong with settings. `validating` where they are only looked at. */
export function problemsOf(settings: Json, breaks: Breaks, validating: boolean): Diagnostic[] {
  const found: Diagnostic[] = [];
  const problem = (path: string, summary: string): void => {
    found.push(create(DiagnosticSchema, { severity: Severity.ERROR, path, summary }));
  };
  for (const section of Object.keys(settings)) {
    if (section !== "probe" && !breaks("silent-about-unknown")) problem(`/${section}`, `unknown section ${section}`);
  }
  const probe = settings["probe"] ?? {};
  if (!isObject(probe)) problem("/probe", "probe is a section");
  for (const [key, value] of Object.entries(isObject(probe) ? probe : {})) {
    const why = wrongness(key, value);
    if (why !== undefined) problem(`/probe/${key}`, why);
    else if (validating && breaks("zero-is-missing") && key === "value" && value === 0)
      problem("/probe/value", "missing");
  }
  return breaks("first-problem-only") ? found.slice(0, 1) : found;
}

function wrongness(key: string, value: unknown): string | undefined {
  if (!(key in knobSchemas)) return `unknown key ${key}`;
  if (key === "fail") return fails.includes(String(value)) ? undefined : `not one of ${fails.join(", ")}`;
  if (key === "value") return typeof value === "number" && value >= 0 && value <= 1000 ? undefined : "0 to 1000";
  const plain = defaults[key as keyof Knobs];
  if (typeof plain === "string") return typeof value === "string" ? undefined : "text is wanted";
  return Number.isInteger(value) && Number(value) >= 0 ? undefined : "a whole number from 0 on is wanted";
}

export function knobsOf(settings: Json, secrets: Readonly<Record<string, string>>): Knobs {
  const probe = isObject(settings["probe"]) ? settings["probe"] : {};
  const secret = secrets["/probe/secret"];
  return { ...defaults, ...probe, ...(secret !== undefined && { secret }) };
}
