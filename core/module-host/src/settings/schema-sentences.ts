import { nearest } from "@ocelli/model";
import type { ErrorObject } from "ajv/dist/2020.js";

const typeWords: Readonly<Record<string, string>> = {
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  string: "a text",
  array: "a list",
  object: "a section of keys",
  null: "empty",
};

/** One error of the schema in words that follow the name of a place. `hidden` keeps the value out of them. */
export function sentenceOf(error: ErrorObject, hidden: boolean): string {
  const { keyword, params } = error;
  const is = hidden ? "" : shown(error.data);
  switch (keyword) {
    case "required":
      return "is missing";
    case "type":
      return `must be ${typeNames(params["type"])}${is}`;
    case "enum":
      return `must be one of ${list(params["allowedValues"])}${is}${hidden ? "" : meant(error.data, params["allowedValues"])}`;
    case "const":
      return `must be ${JSON.stringify(params["allowedValue"])}${is}`;
    case "minimum":
    case "formatMinimum":
      return `must be at least ${params["limit"]}${is}`;
    case "maximum":
      return `must be at most ${params["limit"]}${is}`;
    case "exclusiveMinimum":
      return `must be more than ${params["limit"]}${is}`;
    case "exclusiveMaximum":
      return `must be less than ${params["limit"]}${is}`;
    case "multipleOf":
      return `must be a multiple of ${params["multipleOf"]}${is}`;
    case "minLength":
      return params["limit"] === 1 ? "must not be empty" : `must have at least ${params["limit"]} characters`;
    case "maxLength":
      return `must have at most ${params["limit"]} characters`;
    case "pattern":
      return `must look like ${params["pattern"]}${is}`;
    case "minItems":
      return `must have at least ${params["limit"]} element${params["limit"] === 1 ? "" : "s"}`;
    case "maxItems":
      return `must have at most ${params["limit"]} elements`;
    case "uniqueItems":
      return "must not have an element twice";
    case "dependentRequired":
      return `needs "${params["missingProperty"]}" beside "${params["property"]}"`;
    case "anyOf":
    case "oneOf":
      return anyOf(error, hidden);
    default:
      return error.message ?? "does not fit the settings schema";
  }
}

function anyOf(error: ErrorObject, hidden: boolean): string {
  const branches: unknown = error.params["branches"];
  const sentences = Array.isArray(branches)
    ? [...new Set(branches.map((branch: ErrorObject) => sentenceOf({ ...branch, data: undefined }, true)))]
    : [];
  const is = hidden ? "" : shown(error.data);
  const same = "must be ";
  const rest = sentences.every((sentence) => sentence.startsWith(same))
    ? sentences.map((sentence, i) => (i === 0 ? sentence : sentence.slice(same.length)))
    : sentences;
  return rest.length === 0 ? `has a form that is not allowed${is}` : `${rest.join(" or ")}${is}`;
}

/** What the file says, where it is short enough to be shown. */
function shown(data: unknown): string {
  if (data === undefined || (typeof data === "object" && data !== null)) return "";
  if (data === "") return ", and is empty";
  const text = JSON.stringify(data);
  return `, not ${text.length > 80 ? `${text.slice(0, 80)}…` : text}`;
}

function typeNames(type: unknown): string {
  const names = Array.isArray(type) ? type : String(type).split(",");
  return names.map((name) => typeWords[String(name)] ?? String(name)).join(" or ");
}

function list(values: unknown): string {
  return Array.isArray(values) ? values.map((value) => JSON.stringify(value)).join(", ") : "";
}

function meant(data: unknown, values: unknown): string {
  const texts = Array.isArray(values) ? values.filter((value): value is string => typeof value === "string") : [];
  const near = typeof data === "string" && data !== "" ? nearest(data, texts) : undefined;
  return near === undefined ? "" : `; did you mean "${near}"?`;
}
