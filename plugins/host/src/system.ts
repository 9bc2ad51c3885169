import { readdir } from "node:fs/promises";
import { uptime } from "node:os";
import { type Group, gauge } from "@ocelli/plugin-sdk";

/** How long the machine has been up, in seconds, and how many processes it runs. */
export async function systemGroups(): Promise<Group[]> {
  const count = process.platform === "linux" ? await countProc() : await portableCount();
  return [{ name: "system", metrics: { uptime_seconds: gauge(uptime()), processes: gauge(count) } }];
}

async function countProc(): Promise<number> {
  return (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).length;
}

export async function portableCount(): Promise<number> {
  const { processes } = await import("systeminformation");
  return (await processes()).all;
}
