import { readdir, readFile } from "node:fs/promises";
import { messageOf } from "@ocelli/model";

/** The variable by which everything a module started is found again, grandchildren in other process groups too. */
export const markName = "OCELLI_CONFORMANCE_RUN";

/** The living processes whose environment carries the mark. Undefined where the system does not show that. */
export async function markedProcesses(mark: string): Promise<number[] | undefined> {
  let names: string[];
  try {
    names = await readdir("/proc");
  } catch {
    return undefined;
  }
  const wanted = `${markName}=${mark}`;
  const found = await Promise.all(
    names.map(async (name) => {
      if (!/^\d+$/.test(name)) return [];
      const variables = await readFile(`/proc/${name}/environ`, "utf8").catch(() => "");
      if (!variables.split("\0").includes(wanted)) return [];
      return (await isZombie(name)) ? [] : [Number(name)];
    }),
  );
  return found.flat();
}

async function isZombie(pid: string): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "State:\tZ");
  return /^State:\s+[ZX]/m.test(status);
}

/** What these processes hold in memory together, in bytes. Undefined where the system does not say. */
export async function residentBytes(pids: readonly number[]): Promise<number | undefined> {
  const each = await Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
      const kib = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
      return kib === undefined ? 0 : Number(kib) * 1024;
    }),
  );
  const sum = each.reduce((a, b) => a + b, 0);
  return sum === 0 ? undefined : sum;
}

/** "4711 (node dist/main.js)" of each, for a report. */
export async function namesOf(pids: readonly number[]): Promise<string> {
  const each = await Promise.all(
    pids.map(async (pid) => {
      const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch((error: unknown) => messageOf(error));
      return `${pid} (${line.split("\0").join(" ").trim().slice(0, 80)})`;
    }),
  );
  return each.join(", ");
}

/** How long processes that were killed may take to be gone, in ms. */
const goneMs = 3_000;

/** Ends every process that carries the mark at once, and waits until none is left: one may start another just then. */
export async function killMarked(mark: string): Promise<void> {
  const dueAtMs = performance.now() + goneMs;
  for (;;) {
    const pids = (await markedProcesses(mark)) ?? [];
    for (const pid of pids) kill(pid);
    if (pids.length === 0 || performance.now() > dueAtMs) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}
