import type { Problem } from "@ocelli/model";
import { shownPath } from "../display/path.js";
import { printableLines } from "../display/printable.js";

/** One thing that was found in a plugin file. */
export interface Finding extends Problem {
  readonly severity: "error" | "warning";
}

export function findings(severity: Finding["severity"], problems: readonly Problem[]): Finding[] {
  return problems.map(({ file, line, message }) => ({ severity, file, line, message }));
}

/** By file and line, each said once. */
export function inOrder(all: readonly Finding[]): Finding[] {
  const once = new Map(all.map((one) => [JSON.stringify([one.file, one.line, one.message]), one]));
  return [...once.values()].sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
}

/** `file:line: message`, as compilers write it and editors read it; what belongs to it stands below. */
export function findingText({ severity, file, line, message }: Finding): string {
  const place = line > 0 ? `${shownPath(file)}:${line}` : shownPath(file);
  return `${place}: ${severity === "warning" ? "warning: " : ""}${printableLines(message).join("\n")}`;
}
