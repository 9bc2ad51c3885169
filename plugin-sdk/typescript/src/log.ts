import { inspect } from "node:util";
import type { Redactor } from "./redactor.js";

const levels = ["debug", "info", "warn", "error", "fatal"] as const;

export type LogLevel = (typeof levels)[number];

type Fields = Readonly<Record<string, unknown>>;

interface Write {
  (fields: Fields, message: string): void;
  (message: string): void;
}

/** Data in fields, a constant message: `log.info({ tookMs }, "device read")`. */
export interface Log extends Readonly<Record<LogLevel, Write>> {
  /** The same log with fields that every line carries. */
  child(fields: Fields): Log;
}

export interface LogOptions {
  readonly level: LogLevel;
  readonly nowMs: () => number;
  readonly redactor: Redactor;
  readonly write: (line: string) => void;
}

/** One JSON object a line: level, time in epoch ms, msg, then the fields. A field that is named as one of the line's own, such as
 *  `time`, becomes `time_`. Never throws. */
export function createLog(options: LogOptions, bound: Fields = {}): Log {
  const least = levels.indexOf(options.level);
  const at = (level: LogLevel): Write => {
    if (levels.indexOf(level) < least) return () => {};
    return (first: Fields | string, message?: string) => {
      const [fields, msg] = typeof first === "string" ? [{}, first] : [first, message ?? ""];
      const line = beside(beside({ level, time: options.nowMs(), msg }, bound), fields);
      options.write(`${options.redactor.apply(toJson(line))}\n`);
    };
  };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    fatal: at("fatal"),
    child: (fields) => createLog(options, beside(bound, fields)),
  };
}

const own = new Set(["level", "time", "msg", "plugin", "resource"]);

/** Whoever reads the lines must not be told another time, level or plugin by a field of that name. */
function beside(said: Fields, fields: Fields): Fields {
  const named = Object.entries(fields).map(([name, value]) => [
    own.has(name) && Object.hasOwn(said, name) ? `${name}_` : name,
    value,
  ]);
  return { ...said, ...Object.fromEntries(named) };
}

/** A child log that is made with its first line: most runs say nothing. */
export function lazyChild(log: Log, fields: () => Fields): Log {
  let made: Log | undefined;
  const child = (): Log => {
    made ??= log.child(fields());
    return made;
  };
  return new LazyLog(child);
}

class LazyLog implements Log {
  readonly #log: () => Log;

  constructor(log: () => Log) {
    this.#log = log;
  }

  get debug(): Write {
    return this.#log().debug;
  }

  get info(): Write {
    return this.#log().info;
  }

  get warn(): Write {
    return this.#log().warn;
  }

  get error(): Write {
    return this.#log().error;
  }

  get fatal(): Write {
    return this.#log().fatal;
  }

  get child(): Log["child"] {
    return this.#log().child;
  }
}

export function parseLogLevel(text: string | undefined): LogLevel {
  return levels.find((level) => level === text) ?? "info";
}

/** Whatever an author logs becomes a line: errors with their stack, bigints as text, circles as `inspect` shows them. */
function toJson(line: Fields): string {
  const plain = (_key: string, value: unknown): unknown => {
    if (typeof value === "bigint") return value.toString();
    if (value instanceof Error) {
      const { name: type, message, stack, cause } = value;
      return { type, message, stack, ...(cause !== undefined && { cause }) };
    }
    return value;
  };
  try {
    return JSON.stringify(line, plain);
  } catch {
    return JSON.stringify({ level: line["level"], time: line["time"], msg: line["msg"], fields: inspect(line) });
  }
}
