import { appendFileSync, existsSync, readFileSync } from "node:fs";

/** What a module that misbehaves writes of itself. All instants are epoch ms. */
export interface TroubleNote {
  /** From a "hang" on it goes on with its call until somebody ends it. */
  readonly kind: "boot" | "asked" | "hang" | "answered";
  /** In which way it misbehaves. */
  readonly how: string;
  readonly pid: number;
  /** The process that started it. */
  readonly parent: number;
  readonly atMs: number;
  /** When the process began, before it had read its program. */
  readonly bornAtMs: number;
  /** Of a hang: how long the call may take. */
  readonly deadlineMs: number;
}

/** One line, written at once: the process may not live to write it later. */
export function noteTrouble(file: string, note: TroubleNote): void {
  appendFileSync(file, `${JSON.stringify(note)}\n`);
}

export function readTroubles(file: string): TroubleNote[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, "utf8");
  const lines = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as TroubleNote);
}
