import type { ProgramEnd } from "./program.js";

/** The end of a program in words that follow its name: "ended with exit code 1". */
export function endWords({ code, signal, error }: ProgramEnd): string {
  if (error) return `could not be started: ${startError(error)}`;
  if (signal !== null) return `was ended by ${signal}${signalHints[signal] ?? ""}`;
  return `ended with exit code ${code}${codeHints[code ?? 0] ?? ""}`;
}

/** A sentence and, where there are any, the last lines of stderr. */
export function withLastLines(sentence: string, lines: string): string {
  return lines === "" ? sentence : `${sentence}: ${lines}`;
}

const signalHints: Readonly<Record<string, string>> = {
  SIGKILL: " (it may have used too much memory)",
  SIGSEGV: " (it crashed)",
  SIGBUS: " (it crashed)",
  SIGILL: " (it crashed)",
};

const codeHints: Readonly<Record<number, string>> = {
  126: " (what it starts cannot be run)",
  127: " (a program it starts is not there)",
  137: " (what it started was killed)",
};

function startError(error: Error): string {
  switch ("code" in error ? error.code : undefined) {
    case "ENOENT":
      return "it, its interpreter or the folder it is started in does not exist";
    case "EACCES":
      return "this user may not run it";
    case "E2BIG":
      return "its arguments and environment together are too large for this system";
    case "EAGAIN":
    case "ENOMEM":
      return `this machine has no room for another process (${error.message})`;
    case "EMFILE":
    case "ENFILE":
      return `too many files are open (${error.message})`;
    default:
      return error.message;
  }
}
