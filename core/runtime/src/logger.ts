import { type Logger, pino, type TransportSingleOptions } from "pino";

export type { Logger };

export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/** A logger that writes to stderr: JSON lines, or readable text on a terminal. Bind fields per task with `child`. */
export function createLogger(name: string, level: LogLevel): Logger {
  const options = {
    name,
    level,
    redact: { paths: ["*.community", "*.password", "*.token", "*.secret"], censor: "***" },
  };
  if (!process.stderr.isTTY) return pino(options, pino.destination(2));
  const pretty: TransportSingleOptions = {
    target: "pino-pretty",
    options: { destination: 2, translateTime: "HH:MM:ss.l", ignore: "pid,hostname" },
  };
  return pino({ ...options, transport: pretty });
}
