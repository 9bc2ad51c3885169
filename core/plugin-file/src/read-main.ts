import { parseFilter } from "@ocelli/model";
import type { IniEntry } from "./ini-file.js";
import type { OwnReader } from "./read-own.js";

/** Defaults and limits of the keys in [main] and [enrichment]. */
export const limits = {
  frequencyS: { min: 0.1, max: 7 * 24 * 3600 },
  timeoutS: { min: 0.1, default: 60 },
  inFlight: { min: 1, max: 10_000, default: 50 },
  removalPercent: { min: 0, max: 100, default: 0 },
} as const;

export interface Main {
  /** Undefined where it is missing or wrong. */
  readonly frequencyMs: number | undefined;
  readonly timeoutMs: number;
  readonly maxInFlight: number;
  readonly removalPercent: number;
  readonly resourceFilter: string;
}

export function readMain(reader: OwnReader): Main {
  const { frequencyS, timeoutS, inFlight, removalPercent } = limits;
  const frequency = reader.mandatory("main", "execute_frequency");
  const frequencyMs = reader.milliseconds("execute_frequency", frequency, frequencyS.min, frequencyS.max);
  const timeout = reader.optional("main", "timeout_seconds");
  const timeoutMs = reader.milliseconds("timeout_seconds", timeout, timeoutS.min, frequencyS.max);
  if (timeout && timeoutMs && frequencyMs && timeoutMs > frequencyMs) {
    const message = `timeout_seconds is ${timeout.value}, longer than execute_frequency, which is ${frequency?.value}`;
    reader.problem(timeout.line, message);
  }
  const whole = (key: "max_in_flight" | "removal_percent", { min, max }: { min: number; max: number }) =>
    reader.whole(key, reader.optional("main", key), min, max);
  return {
    frequencyMs,
    timeoutMs: timeoutMs ?? Math.min(frequencyMs ?? 0, timeoutS.default * 1000),
    maxInFlight: whole("max_in_flight", inFlight) ?? inFlight.default,
    removalPercent: whole("removal_percent", removalPercent) ?? removalPercent.default,
    resourceFilter: readFilter(reader, reader.optional("main", "resource_filter")),
  };
}

function readFilter(reader: OwnReader, entry: IniEntry | undefined): string {
  if (!entry) return "";
  const parsed = parseFilter(entry.value);
  if (parsed.kind === "bad") {
    for (const { offset, message } of parsed.problems) {
      reader.problem(entry.line, `resource_filter, column ${entry.columnOf(offset)}: ${message}`);
    }
  }
  return entry.value.trim();
}

/** What `[enrichment] preload` lists: `self:NAMESPACE` or `RESOURCE:NAMESPACE`, where the last colon counts. */
export function readPreload(reader: OwnReader): string[] {
  const entry = reader.optional("enrichment", "preload");
  if (!entry || entry.value === "") return [];
  const items = entry.value.split(",").map((item) => item.trim());
  for (const item of items) {
    if (/^.+:[^:\s]+$/.test(item)) continue;
    reader.problem(entry.line, `preload "${item}" is neither self:NAMESPACE nor RESOURCE:NAMESPACE`);
  }
  return [...new Set(items)];
}
