import { messageOf } from "@ocelli/model";

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** Set where it could not even be started. */
  readonly error: Error | undefined;
}

/** The end of a process in words that follow its name: "exited with code 1". */
export function endSentence(end: ProcessEnd, command: string): string {
  if (end.error) return `could not be started: ${startError(end.error, command)}`;
  if (end.signal !== null) return `was ended by ${end.signal}${signalHint(end.signal)}`;
  return `exited with code ${end.code}${codeHint(end.code)}`;
}

function startError(error: Error, command: string): string {
  const code = "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOENT":
      return `the system does not find what ${command} needs to run: its interpreter or loader is missing, or it is built for another C library`;
    case "EACCES":
      return `${command} may not be run by this user`;
    case "ENOEXEC":
      return `the system cannot run ${command}: it is built for another architecture`;
    case "EAGAIN":
    case "ENOMEM":
      return `this machine has no room for another process (${code})`;
    case "EMFILE":
    case "ENFILE":
      return `this process has too many files open (${code})`;
    default:
      return messageOf(error);
  }
}

function signalHint(signal: string): string {
  switch (signal) {
    case "SIGKILL":
      return " (it may have used too much memory)";
    case "SIGSEGV":
    case "SIGBUS":
    case "SIGILL":
      return " (it crashed in native code)";
    case "SIGABRT":
      return " (it gave up by itself)";
    default:
      return "";
  }
}

function codeHint(code: number | null): string {
  switch (code) {
    case 126:
      return " (what it starts cannot be run)";
    case 127:
      return " (a program it starts is not there)";
    case 134:
      return " (out of memory, or it gave up by itself)";
    case 137:
      return " (killed: it may have used too much memory)";
    default:
      return "";
  }
}

const advice: readonly (readonly [RegExp, (match: RegExpExecArray) => string])[] = [
  [
    /Cannot find (?:module|package) '([^']+)'/,
    ([, name]) => `${name} is missing: run npm install and npm run build in its folder`,
  ],
  [
    /No module named '?ocelli\b/,
    () => "Ocelli's SDK for Python is missing: ocelli plugin doctor says how to install it",
  ],
  [/No module named '?([\w.]+)/, ([, name]) => `the Python package ${name} is missing: install it`],
  [/SyntaxError: (.*)/, ([, what]) => `its code has a syntax error (${what})`],
  [/JavaScript heap out of memory/, () => "it ran out of memory"],
  [/EADDRINUSE/, () => "the address it listens on is taken"],
  [/(?:error while loading shared libraries: )([\w.+-]+)/, ([, name]) => `the library ${name} is missing: install it`],
];

/** What the last words of a module tell about what to do; undefined where they tell nothing known. */
export function diagnose(lines: readonly string[]): string | undefined {
  for (const line of lines.toReversed()) {
    for (const [pattern, words] of advice) {
      const match = pattern.exec(line);
      if (match) return words(match);
    }
  }
  return undefined;
}

/** How much of the last words goes into a reason, in characters. The log has them all. */
const lastWordsChars = 1_500;

/** Frames inside Node: they say nothing of the module. */
const ofNode = /^\s+at .*\(node:internal\/|^Node\.js v\d/;

/** A sentence with its diagnosis and, below it, the last lines of stderr. */
export function withLastWords(sentence: string, lines: readonly string[]): string {
  const hint = diagnose(lines);
  const head = hint === undefined ? sentence : `${sentence}: ${hint}`;
  const kept: string[] = [];
  let room = lastWordsChars;
  for (const line of lines.map(readable).toReversed()) {
    if (line === "" || ofNode.test(line)) continue;
    const cut = line.length > 300 ? `${line.slice(0, 300)}…` : line;
    if (cut.length > room) break;
    room -= cut.length;
    kept.unshift(`  | ${cut}`);
  }
  return kept.length === 0 ? head : [`${head}; its last lines:`, ...kept].join("\n");
}

/** The message of a log line in JSON, or the line as it is. */
function readable(line: string): string {
  if (!line.startsWith("{")) return line;
  try {
    const { msg, err } = JSON.parse(line) as { msg?: unknown; err?: { message?: unknown } };
    const parts = [msg, err?.message].filter((part) => typeof part === "string" && part !== "");
    return parts.length > 0 ? parts.join(": ") : line;
  } catch {
    return line;
  }
}
