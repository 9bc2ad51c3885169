import { readFile } from "node:fs/promises";
import { type Group, gauge } from "@ocelli/plugin-sdk";

/** In bytes. */
export interface MemoryUse {
  readonly total: number;
  readonly available: number;
  readonly swapTotal: number;
  readonly swapFree: number;
}

/** Memory and swap in bytes. Used is what is not available: caches that can be dropped count as available. */
export async function memoryGroups(): Promise<Group[]> {
  const use =
    process.platform === "linux" ? parseMeminfo(await readFile("/proc/meminfo", "utf8")) : await portableMemory();
  return [group("ram", use.total, use.available), group("swap", use.swapTotal, use.swapFree)];
}

/** /proc/meminfo, whose numbers are KiB. Kernels before 3.14 do not say what is available. */
export function parseMeminfo(text: string): MemoryUse {
  const numbers = new Map(
    [...text.matchAll(/^(\w+):\s+(\d+) kB$/gm)].map(([, name = "", kib]) => [name, Number(kib) * 1024]),
  );
  const total = numbers.get("MemTotal");
  if (total === undefined) throw new Error("/proc/meminfo does not say how much memory there is");
  const reclaimable = ["MemFree", "Buffers", "Cached"].reduce((sum, name) => sum + (numbers.get(name) ?? 0), 0);
  return {
    total,
    available: numbers.get("MemAvailable") ?? reclaimable,
    swapTotal: numbers.get("SwapTotal") ?? 0,
    swapFree: numbers.get("SwapFree") ?? 0,
  };
}

export async function portableMemory(): Promise<MemoryUse> {
  const { mem } = await import("systeminformation");
  const { total, available, swaptotal, swapfree } = await mem();
  return { total, available, swapTotal: swaptotal, swapFree: swapfree };
}

function group(type: string, total: number, available: number): Group {
  const metrics = {
    total_bytes: gauge(total),
    used_bytes: gauge(total - available),
    available_bytes: gauge(available),
  };
  return { name: "memory", dimensions: { memory_type: type }, metrics };
}
