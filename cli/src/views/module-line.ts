import type { ModuleLine } from "@ocelli/module-host";
import { toJson } from "../display/json.js";

const levels = ["trace", "debug", "info", "warn", "error", "fatal"];

/** What is the same on every line, or is said elsewhere. */
const known = new Set(["level", "time", "msg", "pid", "hostname", "plugin", "resource", "kind", "fence", "err"]);

/** What a module wrote, as its author wants to see it: prints and stack traces as they are, log lines in words. Undefined for
 *  what the SDK says of itself while all is well, which is no news of the author's code. */
export function authorLine({ text }: Pick<ModuleLine, "text">): string | undefined {
  const line = logLine(text);
  if (!line) return text;
  const level = levelOf(line);
  const isQuiet = level === undefined || levels.indexOf(level) < levels.indexOf("warn");
  if (isQuiet && line["plugin"] === undefined) return undefined;
  const { msg, err } = line as { msg?: unknown; err?: { message?: unknown } };
  const fields = Object.entries(line).flatMap(([key, value]) => (known.has(key) ? [] : [`${key}=${plain(value)}`]));
  const why = typeof err?.message === "string" ? [`(${err.message})`] : [];
  return [level ?? "log", String(msg ?? ""), ...why, ...fields].filter((part) => part !== "").join(" ");
}

/** A line of JSON with a level, as the SDKs write them. */
function logLine(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const value = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return value["level"] !== undefined && value["msg"] !== undefined ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A word, or a number as pino has it: 10 is trace, 60 is fatal. */
function levelOf({ level }: { readonly level?: unknown }): string | undefined {
  if (typeof level === "number") return levels[Math.floor(level / 10) - 1];
  return levels.find((word) => word === String(level).toLowerCase());
}

function plain(value: unknown): string {
  return typeof value === "string" && /^[^\s"=]+$/.test(value) ? value : toJson(value);
}
