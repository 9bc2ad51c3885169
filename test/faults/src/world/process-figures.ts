import { readdirSync, readFileSync } from "node:fs";

/** What a process holds, as the kernel says. */
export interface ProcessFigures {
  readonly rssBytes: number;
  readonly openFiles: number;
  readonly threads: number;
}

/** Undefined where it is gone. */
export function figuresOf(pid: number): ProcessFigures | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const openFiles = readdirSync(`/proc/${pid}/fd`).length;
    return { rssBytes: kibOf(status, "VmRSS") * 1024, openFiles, threads: kibOf(status, "Threads") };
  } catch {
    return undefined;
  }
}

/** The arguments a process was started with; empty where it is gone. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

function kibOf(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
}
