import { isJsonObject, type Resource, resourceProblems } from "@ocelli/model";
import { kindOf } from "./json-kind.js";
import { WrongValue } from "./wrong-value.js";

/** Turns what an author yielded into a resource. Throws WrongValue with one sentence that names it. */
export function checkResource(value: unknown): Resource {
  if (!isJsonObject(value)) throw new WrongValue(`a resource is an object, not ${kindOf(value)}`);
  const { id, metadata = {}, parents = [], ttlS = 0 } = value;
  if (typeof id !== "string") throw new WrongValue(`a resource's id is text, not ${kindOf(id)}`);
  const where = `resource ${JSON.stringify(id)}`;
  const text = (field: string): string => {
    const given = value[field] ?? "";
    if (typeof given !== "string") throw new WrongValue(`${field} of ${where} is text, not ${kindOf(given)}`);
    return given;
  };
  if (typeof ttlS !== "number") throw new WrongValue(`ttlS of ${where} is a number, not ${kindOf(ttlS)}`);
  if (!Array.isArray(parents) || !parents.every((one) => typeof one === "string")) {
    throw new WrongValue(`parents of ${where} are a list of ids`);
  }
  const resource: Resource = {
    id,
    site: text("site"),
    class: text("class"),
    subclass: text("subclass"),
    type: text("type"),
    endpoint: text("endpoint"),
    metadata: checkMetadata(where, metadata),
    parents,
    ttlS,
  };
  const problems = resourceProblems(resource);
  if (problems.length > 0) throw new WrongValue(`${where}: ${problems.join("; ")}`);
  return resource;
}

function checkMetadata(where: string, metadata: unknown): Record<string, string> {
  if (!isJsonObject(metadata)) throw new WrongValue(`metadata of ${where} is an object of texts`);
  return Object.fromEntries(
    Object.entries(metadata).map(([key, value]) => {
      if (typeof value === "string") return [key, value];
      throw new WrongValue(`metadata ${key} of ${where} is ${kindOf(value)}: write it as text`);
    }),
  );
}
