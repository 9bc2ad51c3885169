/** A line a module wrote, ready for our own log. */
export interface ReadLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields: object;
}

/** Reads a line of a module's output. Lines of JSON that look like a log keep their level, message and fields; every other
 *  line is taken as it is. */
export function readModuleLine(stream: "stdout" | "stderr", text: string): ReadLine {
  const plain: ReadLine = { level: "info", message: text, fields: { stream } };
  if (!text.startsWith("{")) return plain;
  try {
    const { level, msg, time: _time, pid: _pid, hostname: _hostname, name: _name, ...fields } = JSON.parse(text);
    if (typeof msg !== "string") return plain;
    return { level: levelOf(level), message: msg, fields };
  } catch {
    return plain;
  }
}

/** By pino's numbers, or by name. */
function levelOf(level: unknown): ReadLine["level"] {
  if (typeof level === "number") return level >= 50 ? "error" : level >= 40 ? "warn" : level >= 30 ? "info" : "debug";
  return level === "error" || level === "warn" || level === "debug" ? level : "info";
}
