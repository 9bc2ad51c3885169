import type { Bus, Entry } from "@ocelli/bus";
import type { PairId, PairRegister } from "@ocelli/model";
import { OcelliError } from "@ocelli/model";
import type { ClaimOutcome, Guard, HoldOutcome } from "../domain/run-ports.js";

/** The guard over the registers in KV. A write that got no answer is looked up once before anything else is believed. */
export function busGuard(bus: Pick<Bus, "registers">): Guard {
  const write = async (pair: PairId, partition: number, register: PairRegister, expected: number) => {
    const table = bus.registers[partition];
    if (!table) throw new OcelliError("invalid", `the mesh has no partition ${partition}`);
    const key = [pair.plugin, pair.resourceId] as const;
    try {
      return { ...(await table.update(key, register, expected)), found: undefined };
    } catch {
      return { kind: "unanswered" as const, found: await table.get(key).catch(() => "unreadable" as const) };
    }
  };
  const read = async (pair: PairId, partition: number) =>
    await bus.registers[partition]?.get([pair.plugin, pair.resourceId]).catch(() => "unreadable" as const);
  return {
    async claim(pair, partition, register, expected): Promise<ClaimOutcome> {
      const outcome = await write(pair, partition, register, expected);
      if (outcome.kind === "done") return { kind: "won", revision: outcome.revision };
      if (outcome.kind === "moved") return { kind: "superseded" };
      const { found } = outcome;
      if (found === "unreadable") return { kind: "unknown" };
      if (found && isOurs(found, register)) return { kind: "won", revision: found.revision };
      return (found?.revision ?? 0) === expected ? { kind: "unknown" } : { kind: "superseded" };
    },
    async hold(pair, partition, register, expected): Promise<HoldOutcome> {
      const outcome = await write(pair, partition, register, expected);
      if (outcome.kind === "done") return { kind: "held", revision: outcome.revision };
      // An earlier try of the same write may have arrived although its answer did not.
      const found = outcome.kind === "moved" ? await read(pair, partition) : outcome.found;
      if (found === "unreadable" || found?.revision === expected) return { kind: "unknown" };
      return found && isOurs(found, register) ? { kind: "held", revision: found.revision } : { kind: "lost" };
    },
  };
}

/** Whether the entry is the very write we wonder about. */
function isOurs(entry: Entry<PairRegister, readonly [string, string]> | undefined, register: PairRegister): boolean {
  return entry?.value.attempt === register.attempt && entry.value.running === register.running;
}
