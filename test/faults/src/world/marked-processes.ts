import { readdirSync, readFileSync } from "node:fs";

// Every process of a world carries the world's mark in its PATH, the one variable that agents pass on to their modules.
// Whoever carries it belongs to the world, whatever became of its parents.

/** An environment that carries the mark. */
export function markedEnvironment(mark: string): Record<string, string> {
  return { PATH: `${process.env["PATH"] ?? "/usr/bin:/bin"}:/ocelli-faults/${mark}` };
}

/** All living processes that carry the mark. */
export function markedProcesses(mark: string): number[] {
  const wanted = `/ocelli-faults/${mark}\0`;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => read(`/proc/${pid}/environ`).includes(wanted) && stateOf(pid) !== "Z");
}

/** A process and everything below it, the process first. */
export function familyOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = fieldsOf(Number(name))[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const family = [pid];
  for (const member of family) for (const [child, parent] of parents) if (parent === member) family.push(child);
  return family;
}

export function isAlive(pid: number): boolean {
  return !["", "Z", "X"].includes(stateOf(pid));
}

/** Sends a signal; a process that is gone already is fine. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // gone
  }
}

function stateOf(pid: number): string {
  return fieldsOf(pid)[0] ?? "";
}

/** The fields of /proc/PID/stat behind the command's name: state, parent, group, … */
function fieldsOf(pid: number): string[] {
  const stat = read(`/proc/${pid}/stat`);
  const end = stat.lastIndexOf(")");
  return end < 0 ? [] : stat.slice(end + 2).split(" ");
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
