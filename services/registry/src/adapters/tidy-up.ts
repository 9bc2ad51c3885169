import type { Shelf, Stored } from "../domain/ports.js";
import type { Known } from "./known.js";

/** How long a process that left without a word is remembered, in ms. */
const rememberedMs = 3_600_000;

/** Removes what agents and services that are gone for good have left behind. */
export async function tidyUp(known: Pick<Known, "agents" | "presence">, nowMs: number): Promise<void> {
  await removeOld(known.agents, nowMs);
  await removeOld(known.presence, nowMs);
}

async function removeOld<T extends { readonly leaseMs: number }>(shelf: Shelf<T>, nowMs: number): Promise<void> {
  const isOld = ({ storedAtMs, value }: Stored<T>): boolean => nowMs > storedAtMs + value.leaseMs + rememberedMs;
  for (const entry of [...shelf.values()].filter(isOld)) await shelf.remove(entry.key, entry.revision);
}
