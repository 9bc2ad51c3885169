import { isJsonObject, type Metric, type MetricGroup } from "@ocelli/model";
import { kindOf } from "./json-kind.js";
import { originOf } from "./values.js";
import { WrongValue } from "./wrong-value.js";

const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;
const nameRule = "a letter or underscore, then letters, digits and underscores";
const int64Max = 2n ** 63n - 1n;

/** Turns what an author returned into metric groups, one at a time. Throws WrongValue with one sentence that names group
 *  and metric; `seen` keeps the groups of the answer apart. */
export function checkGroup(value: unknown, seen: Set<string>): MetricGroup {
  if (!isJsonObject(value)) throw new WrongValue(`a metric group is an object, not ${kindOf(value)}`);
  const { name, dimensions = {}, metrics, atMs = 0 } = value;
  if (typeof name !== "string" || name === "") throw new WrongValue(`a group's name is text, not ${kindOf(name)}`);
  if (!isJsonObject(dimensions)) throw new WrongValue(`dimensions of group ${name} are an object of texts`);
  if (!isJsonObject(metrics)) throw new WrongValue(`metrics of group ${name} are an object, not ${kindOf(metrics)}`);
  if (typeof atMs !== "number" || !Number.isInteger(atMs) || atMs < 0) {
    throw new WrongValue(`atMs of group ${name} is a whole number of epoch ms, not ${String(atMs)}`);
  }
  const checked = Object.entries(dimensions).map(([key, text]) => checkDimension(name, key, text));
  const key = keyOf(name, checked);
  if (seen.has(key)) throw new WrongValue(`group ${describeGroup(name, checked)} comes twice`);
  seen.add(key);
  const entries = Object.entries(metrics).map(([metric, number]) => checkMetric(name, metric, number));
  if (entries.length === 0) throw new WrongValue(`group ${describeGroup(name, checked)} has no metrics`);
  return { name, dimensions: checked, metrics: entries, atMs };
}

function checkDimension(group: string, name: string, value: unknown): { name: string; value: string } {
  if (!namePattern.test(name)) throw new WrongValue(`dimension "${name}" of group ${group} is no name: ${nameRule}`);
  if (typeof value !== "string") {
    throw new WrongValue(`dimension ${name} of group ${group} is ${kindOf(value)}: write its value as text`);
  }
  return { name, value };
}

function checkMetric(group: string, name: string, value: unknown): Metric {
  if (!namePattern.test(name)) throw new WrongValue(`metric "${name}" of group ${group} is no name: ${nameRule}`);
  const where = `metric ${name} of group ${group}`;
  const type = isJsonObject(value) ? value["type"] : undefined;
  if (!isJsonObject(value)) throw new WrongValue(`${where} is ${kindOf(value)}: write gauge(…) or counter(…)`);
  if (type !== "gauge" && type !== "counter") {
    const given = typeof type === "string" ? `the unknown type ${JSON.stringify(type)}` : "no type";
    throw new WrongValue(`${where} has ${given}: write gauge(…) or counter(…)`);
  }
  const refuse = (text: string): never => {
    throw new WrongValue(`${where} ${text}`, { madeAt: originOf(value) });
  };
  const number = value["value"];
  if (typeof number === "bigint") return { name, type, value: checkWhole(type, number, refuse) };
  if (typeof number !== "number" || !Number.isFinite(number)) {
    return refuse(`is ${kindOf(number)}, not a finite number: leave out what was not measured`);
  }
  if (type === "gauge") return { name, type, value: number };
  return { name, type, value: checkWhole(type, Number.isSafeInteger(number) ? BigInt(number) : number, refuse) };
}

/** Above what an int64 holds a 64-bit counter travels as the nearest double. */
function checkWhole(
  type: "gauge" | "counter",
  value: number | bigint,
  refuse: (text: string) => never,
): number | bigint {
  // -1 is how Panoptes says that the device has no such counter.
  const counts = value >= 0 || Number(value) === -1;
  if (type === "counter" && !counts) refuse(`is a counter and cannot be negative (${value})`);
  if (typeof value === "number") return value;
  return value > int64Max || value < -int64Max ? Number(value) : value;
}

/** One text for each name with its dimensions in any order, and no two for different ones: lengths keep values apart. */
function keyOf(name: string, dimensions: readonly { readonly name: string; readonly value: string }[]): string {
  const sorted = dimensions.length < 2 ? dimensions : dimensions.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  let key = `${name.length}:${name}`;
  for (const one of sorted) key += `,${one.name}=${one.value.length}:${one.value}`;
  return key;
}

function describeGroup(name: string, dimensions: readonly { name: string; value: string }[]): string {
  return `${name}{${dimensions.map((one) => `${one.name}="${one.value}"`).join(",")}}`;
}
