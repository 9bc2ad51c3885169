import type { Metric, MetricGroup } from "@ocelli/model";
import { isObject, kindOf } from "./json-kind.js";
import { WrongValue } from "./wrong-value.js";

const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;
const nameRule = "a letter or underscore, then letters, digits and underscores";
const int64Max = 2n ** 63n - 1n;

/** Turns what an author returned into metric groups, one at a time. Throws WrongValue with one sentence that names group
 *  and metric; `seen` keeps the groups of the answer apart. */
export function checkGroup(value: unknown, seen: Set<string>): MetricGroup {
  if (!isObject(value)) throw new WrongValue(`a metric group is an object, not ${kindOf(value)}`);
  const { name, dimensions = {}, metrics, atMs = 0 } = value;
  if (typeof name !== "string" || name === "") throw new WrongValue(`a group's name is text, not ${kindOf(name)}`);
  if (!isObject(dimensions)) throw new WrongValue(`dimensions of group ${name} are an object of texts`);
  if (!isObject(metrics)) throw new WrongValue(`metrics of group ${name} are an object, not ${kindOf(metrics)}`);
  if (typeof atMs !== "number" || !Number.isInteger(atMs) || atMs < 0) {
    throw new WrongValue(`atMs of group ${name} is a whole number of epoch ms, not ${String(atMs)}`);
  }
  const checked = Object.entries(dimensions).map(([key, text]) => checkDimension(name, key, text));
  const key = JSON.stringify([name, ...checked.map((one) => [one.name, one.value]).sort()]);
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
  const type = isObject(value) ? value["type"] : undefined;
  if (!isObject(value) || (type !== "gauge" && type !== "counter")) {
    throw new WrongValue(`${where} is ${kindOf(value)}: write gauge(…) or counter(…)`);
  }
  const number = value["value"];
  if (typeof number === "bigint") return { name, type, value: checkWhole(where, type, number) };
  if (typeof number !== "number" || !Number.isFinite(number)) {
    throw new WrongValue(`${where} is ${kindOf(number)}, not a finite number: leave out what was not measured`);
  }
  if (type === "gauge") return { name, type, value: number };
  return { name, type, value: checkWhole(where, type, Number.isSafeInteger(number) ? BigInt(number) : number) };
}

/** Above what an int64 holds a 64-bit counter travels as the nearest double. */
function checkWhole(where: string, type: "gauge" | "counter", value: number | bigint): number | bigint {
  // -1 is how Panoptes says that the device has no such counter.
  const counts = value >= 0 || Number(value) === -1;
  if (type === "counter" && !counts) throw new WrongValue(`${where} is a counter and cannot be negative (${value})`);
  if (typeof value === "number") return value;
  return value > int64Max || value < -int64Max ? Number(value) : value;
}

function describeGroup(name: string, dimensions: readonly { name: string; value: string }[]): string {
  return `${name}{${dimensions.map((one) => `${one.name}="${one.value}"`).join(",")}}`;
}
