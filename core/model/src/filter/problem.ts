/** One thing that is wrong with a filter, and where. */
export interface FilterProblem {
  /** In UTF-16 units from 0. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  readonly message: string;
}

/** A problem whose line and column nobody has counted yet. */
export interface Slip {
  readonly offset: number;
  readonly message: string;
}

export function locate(text: string, { offset, message }: Slip): FilterProblem {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { offset, line: before.split("\n").length, column: offset - lineStart + 1, message };
}

/** The line of the filter that a problem is in, and below it a caret under its place. */
export function pointAt(text: string, problem: FilterProblem): string {
  const line = text.split("\n")[problem.line - 1] ?? "";
  const indent = line.slice(0, problem.column - 1).replace(/[^\t]/g, " ");
  return `${line}\n${indent}^`;
}

/** `text` in at most `max` characters, for messages. */
export function shorten(text: string, max = 60): string {
  const chars = [...text];
  return chars.length <= max ? text : `${chars.slice(0, max - 1).join("")}…`;
}
