import { readNumber } from "./numbers.js";

/** How a unit of measurement is told: the end of the metric's name, and what a value is divided or multiplied by. */
export interface Unit {
  readonly suffix: string;
  readonly divideBy: number;
  readonly multiplyBy: number;
  readonly isCounter: boolean;
  /** Put into a dimension where no name ends in it. */
  readonly unknown: string;
}

const plain: Unit = { suffix: "", divideBy: 1, multiplyBy: 1, isCounter: false, unknown: "" };
const seconds = { ...plain, suffix: "_seconds" };
const bytes = { ...plain, suffix: "_bytes" };

/** The unit that stands behind a value, such as "ms" or "KB". `kilo` is what K stands for; Ki is always 1024. */
export function unitOf(text: string, kilo: number): Unit {
  switch (text) {
    case "":
      return plain;
    case "%":
      return { ...plain, suffix: "_percent" };
    case "c":
      return { ...plain, isCounter: true };
    case "s":
      return seconds;
    case "ms":
      return { ...seconds, divideBy: 1e3 };
    case "us":
    case "µs":
    case "μs":
      return { ...seconds, divideBy: 1e6 };
    case "ns":
      return { ...seconds, divideBy: 1e9 };
  }
  const [whole, prefix = "", binary = ""] = /^(?:([KkMGTPE])(i?))?B$/.exec(text) ?? [];
  if (whole === undefined) return { ...plain, unknown: text };
  const power = " KMGTPE".indexOf(prefix.toUpperCase() || " ");
  return { ...bytes, multiplyBy: (binary === "i" ? 1024 : kilo) ** power };
}

export function scaled(value: number | bigint, { divideBy, multiplyBy }: Unit): number | bigint {
  if (divideBy === 1 && multiplyBy === 1) return value;
  return typeof value === "bigint" ? (value * BigInt(multiplyBy)) / BigInt(divideBy) : (value * multiplyBy) / divideBy;
}

/** Outside of which a check alerts, or within where `inside`. Undefined is without bound. */
export interface Range {
  readonly low: number | bigint | undefined;
  readonly high: number | bigint | undefined;
  readonly inside: boolean;
}

export type RangeOutcome =
  | { readonly kind: "range"; readonly range: Range }
  | { readonly kind: "none"; readonly why: string };

/** A threshold: `10`, `10:`, `~:10`, `10:20`, `@10:20`.
 *  <https://www.monitoring-plugins.org/doc/guidelines.html#THRESHOLDFORMAT> */
export function readRange(text: string): RangeOutcome {
  const inside = text.startsWith("@");
  const bounds = inside ? text.slice(1) : text;
  const colon = bounds.indexOf(":");
  const low = colon < 0 ? "0" : bounds.slice(0, colon);
  const high = colon < 0 ? bounds : bounds.slice(colon + 1);
  const from = low === "~" ? undefined : readNumber(low === "" ? "0" : low);
  const to = high === "" && colon >= 0 ? undefined : readNumber(high);
  if (from?.kind === "none") return from;
  if (to?.kind === "none") return to;
  if (from && to && from.value > to.value) return { kind: "none", why: `the range ${text} begins above its end` };
  return { kind: "range", range: { low: from?.value, high: to?.value, inside } };
}
