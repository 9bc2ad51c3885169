import { messageOf, nearest, OcelliError, type Resource, resourceProblems } from "@ocelli/model";
import { z } from "zod";

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const fields = {
  id: z.string(),
  site: z.string().default(""),
  class: z.string().default(""),
  subclass: z.string().default(""),
  type: z.string().default(""),
  endpoint: z.string().default(""),
  metadata: z.record(z.string(), scalar).default({}),
  parents: z.array(z.string()).default([]),
  ttlS: z.int().min(0).default(0),
};

const resourceSchema = z.object(fields);

/** Names that mean the same to people. */
const alias: Readonly<Record<string, string>> = { ttl_s: "ttlS", ttl: "ttlS" };

/** Reads resources out of JSON: one, a list, or one a line; each as it is, or in `resource` as `resources show` prints it.
 *  Throws `invalid` that names every problem. */
export function readResources(text: string, from: string): Resource[] {
  const problems: string[] = [];
  const resources: Resource[] = [];
  for (const [i, value] of valuesOf(text, from).entries()) {
    const place = i === 0 ? from : `${from}, resource ${i + 1}`;
    const read = readOne(value);
    if (Array.isArray(read)) problems.push(...read.map((problem) => `${place}: ${problem}`));
    else resources.push(read);
  }
  if (problems.length > 0) throw new OcelliError("invalid", problems.join("\n"));
  return resources;
}

function valuesOf(text: string, from: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  } catch (error) {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    if (lines.length < 2 || !lines.every((line) => line.trimStart().startsWith("{"))) {
      throw new OcelliError("invalid", `${from} is not JSON: ${messageOf(error)}`, { cause: error });
    }
    return lines.map((line, i) => lineOf(line, `${from}, line ${i + 1},`));
  }
}

function lineOf(line: string, place: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new OcelliError("invalid", `${place} is not JSON: ${messageOf(error)}`, { cause: error });
  }
}

/** The resource, or everything that is wrong with it. */
function readOne(value: unknown): Resource | string[] {
  const own = inner(value);
  if (typeof own !== "object" || own === null || Array.isArray(own)) {
    return [`a resource is an object such as {"id": "sw-1", "endpoint": "10.0.0.1"}`];
  }
  const named = Object.entries(own).map(([key, one]) => [alias[key] ?? key, one]);
  const unknown = named.flatMap(([key]) => (key in fields ? [] : [unknownKey(String(key))]));
  const parsed = resourceSchema.safeParse(Object.fromEntries(named));
  if (!parsed.success) {
    return [...unknown, ...parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`)];
  }
  const problems = [...unknown, ...resourceProblems(parsed.data)];
  return problems.length > 0 ? problems : parsed.data;
}

function inner(value: unknown): unknown {
  const isRecord = typeof value === "object" && value !== null && "resource" in value && !("id" in value);
  return isRecord ? value.resource : value;
}

function unknownKey(key: string): string {
  const near = nearest(key, Object.keys(fields));
  const hint = near === undefined ? `there are ${Object.keys(fields).join(", ")}` : `did you mean "${near}"?`;
  return `unknown key "${key}"; ${hint}`;
}
