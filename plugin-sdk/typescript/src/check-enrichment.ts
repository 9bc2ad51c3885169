import { type EnrichmentSet, isJsonObject } from "@ocelli/model";
import { kindOf } from "./json-kind.js";
import { WrongValue } from "./wrong-value.js";

const ttlMaxS = 2 ** 32 - 1;

/** Turns what an author returned into an enrichment set. Throws WrongValue with one sentence that names the namespace;
 *  `seen` keeps the sets of the answer apart. */
export function checkEnrichment(value: unknown, seen: Set<string>): EnrichmentSet {
  if (!isJsonObject(value)) throw new WrongValue(`an enrichment is an object, not ${kindOf(value)}`);
  const { namespace, schema, ttlS, data, resourceId = "" } = value;
  if (typeof namespace !== "string" || namespace === "") {
    throw new WrongValue(`an enrichment's namespace is text, not ${kindOf(namespace)}`);
  }
  const where = `enrichment ${namespace}`;
  if (typeof schema !== "string") throw new WrongValue(`schema of ${where} is text, not ${kindOf(schema)}`);
  if (typeof resourceId !== "string") throw new WrongValue(`resourceId of ${where} is text, not ${kindOf(resourceId)}`);
  if (typeof ttlS !== "number" || !Number.isInteger(ttlS) || ttlS < 1 || ttlS > ttlMaxS) {
    throw new WrongValue(`ttlS of ${where} is a whole number of seconds from 1 on, not ${String(ttlS)}`);
  }
  if (!isJsonObject(data)) throw new WrongValue(`data of ${where} is an object, not ${kindOf(data)}`);
  const key = JSON.stringify([namespace, resourceId]);
  if (seen.has(key)) throw new WrongValue(`${where} comes twice for one resource`);
  seen.add(key);
  return { namespace, schema, ttlS, dataJson: jsonBytes(where, data), resourceId };
}

/** JSON has no word for NaN and writes null instead, which nobody looks for. */
function numbersOnly(key: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new WrongValue(`${value} as ${key}: leave out what is not known`);
  }
  return value;
}

function jsonBytes(where: string, data: unknown): Uint8Array {
  try {
    return new TextEncoder().encode(JSON.stringify(data, numbersOnly));
  } catch (error) {
    if (error instanceof WrongValue) throw new WrongValue(`data of ${where} holds ${error.message}`);
    throw new WrongValue(`data of ${where} cannot be written as JSON: ${String(error)}`, { cause: error });
  }
}
