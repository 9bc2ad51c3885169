import { readdir, readFile } from "node:fs/promises";
import { counter, type Group } from "@ocelli/plugin-sdk";
import { type HostSettings, isExcluded } from "./settings.js";

/** The kernel counts in these, whatever the disk's own sectors are. */
const sectorBytes = 512n;

/** What every disk read and wrote since the machine started. Linux only: elsewhere only sums over all disks are to be
 *  had, and only since this process started. */
export async function diskIoGroups(settings: HostSettings["host"]): Promise<Group[]> {
  if (process.platform !== "linux") return [];
  const text = await readFile("/proc/diskstats", "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return ""; // A container that hides it.
    throw error;
  });
  const disks = await readdir("/sys/block").catch(() => undefined);
  return parseDiskstats(text, disks && new Set(disks), settings.exclude_disks);
}

/** /proc/diskstats. `disks` are whole disks, so that partitions are not counted twice; disks that never did anything are
 *  left out. */
export function parseDiskstats(
  text: string,
  disks: ReadonlySet<string> | undefined,
  excluded: readonly string[],
): Group[] {
  const groups: Group[] = [];
  for (const line of text.split("\n")) {
    const [, , name = "", ...words] = line.trim().split(/\s+/);
    if (name === "" || isExcluded(name, excluded) || disks?.has(name.replaceAll("/", "!")) === false) continue;
    const numbers = words.map((word) => BigInt(word));
    if (numbers.every((number) => number === 0n)) continue;
    const [reads, , sectorsRead, readMs, writes, , sectorsWritten, writeMs, , ioMs] = numbers;
    groups.push({
      name: "disk_io",
      dimensions: { device: name },
      metrics: {
        reads: counter(reads ?? 0n),
        read_bytes: counter((sectorsRead ?? 0n) * sectorBytes),
        read_ms: counter(readMs ?? 0n),
        writes: counter(writes ?? 0n),
        written_bytes: counter((sectorsWritten ?? 0n) * sectorBytes),
        write_ms: counter(writeMs ?? 0n),
        io_ms: counter(ioMs ?? 0n),
      },
    });
  }
  return groups;
}
