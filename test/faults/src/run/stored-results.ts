import { existsSync, readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { pause } from "../nemesis/schedule.js";
import type { Stored } from "../oracle/facts.js";

interface Line {
  readonly position: number;
  readonly plugin: string;
  readonly resource: { readonly id: string } | null;
  readonly fence: number;
  readonly part: number;
  readonly slot_at_ms: number;
  readonly started_at_ms: number;
  readonly status: string;
  readonly on_demand: boolean;
  readonly groups: readonly { readonly metrics: Readonly<Record<string, { readonly value: number }>> }[];
}

/** What a results file holds of some plugins, without a line that is being written. */
export function readStored(path: string, plugins: ReadonlySet<string>): Stored[] {
  if (!existsSync(path)) return [];
  return parseStored(readFileSync(path, "utf8"), plugins);
}

/** What lines of a results file hold of some plugins. A line that has no end yet is left out. */
export function parseStored(text: string, plugins: ReadonlySet<string>): Stored[] {
  const stored: Stored[] = [];
  for (const text_ of text.slice(0, text.lastIndexOf("\n") + 1).split("\n")) {
    if (text_ === "") continue;
    const line = JSON.parse(text_) as Line;
    if (!line.resource || !plugins.has(line.plugin)) continue;
    stored.push({
      plugin: line.plugin,
      device: line.resource.id,
      fence: line.fence,
      part: line.part,
      slotAtMs: line.slot_at_ms,
      startedAtMs: line.started_at_ms,
      status: line.status,
      onDemand: line.on_demand,
      value: line.groups[0]?.metrics["value"]?.value,
    });
  }
  return stored;
}

/** Waits until a results file has come to that place of the stream. False where it does not in time: the rest is lost. */
export async function untilStored(path: string, position: number, withinMs: number, signal: AbortSignal) {
  const untilMs = performance.now() + withinMs;
  while ((await lastPosition(path)) < position) {
    if (performance.now() > untilMs) return false;
    await pause(100, signal);
  }
  return true;
}

const tailBytes = 65_536;

async function lastPosition(path: string): Promise<number> {
  if (!existsSync(path)) return 0;
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - tailBytes);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(tailBytes), position: from });
    const lines = buffer.subarray(0, bytesRead).toString().split("\n").slice(0, -1);
    const last = lines.at(-1);
    return last === undefined ? 0 : Number(/"position":(\d+)/.exec(last)?.[1] ?? 0);
  } finally {
    await file.close();
  }
}
