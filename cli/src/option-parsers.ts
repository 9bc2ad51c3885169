import { messageOf } from "@ocelli/model";
import { InvalidArgumentError } from "commander";
import { parseDuration } from "./up/duration.js";

/** Reads "30s", "5m", "1h" into ms. */
export function spanOption(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}

/** Reads a whole number from `least` on. */
export function countOption(least: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(count) && count >= least) return count;
    throw new InvalidArgumentError(`It is a whole number from ${least} on.`);
  };
}

/** Adds to what was given before: the option may come several times. */
export function severalTimes(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
