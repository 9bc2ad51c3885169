import type { Bus, Entry, WriteOutcome } from "@ocelli/bus";
import { encodeRegister } from "@ocelli/codec";
import type { PairRegister } from "@ocelli/model";
import { OcelliError } from "@ocelli/model";
import type { ClaimOutcome, Guard, HoldOutcome, RegisterPlace } from "../domain/run-ports.js";

type Found = Entry<PairRegister, readonly [string, string]> | "unreadable" | undefined;

/** The guard over the registers in KV. A write that got no answer is looked up once before anything else is believed. */
export function busGuard(bus: Pick<Bus, "registers">): Guard {
  const tableOf = ({ partition }: RegisterPlace) => {
    const table = bus.registers[partition];
    if (!table) throw new OcelliError("invalid", `the mesh has no partition ${partition}`);
    return table;
  };
  const write = (place: RegisterPlace, register: PairRegister, expected: number) =>
    new Promise<WriteOutcome>((resolve) => {
      tableOf(place).write(place.key, encodeRegister(register), expected, resolve);
    });
  const read = (place: RegisterPlace, { plugin, resourceId }: PairRegister): Promise<Found> =>
    tableOf(place)
      .get([plugin, resourceId])
      .catch(() => "unreadable" as const);
  return {
    async claim(place, register, expected): Promise<ClaimOutcome> {
      const outcome = await write(place, register, expected);
      if (outcome.kind === "done") return { kind: "won", revision: outcome.revision };
      if (outcome.kind === "moved") return { kind: "superseded" };
      const found = await read(place, register);
      if (found === "unreadable") return { kind: "unknown" };
      if (found && isOurs(found, register)) return { kind: "won", revision: found.revision };
      return (found?.revision ?? 0) === expected ? { kind: "unknown" } : { kind: "superseded" };
    },
    async hold(place, register, expected): Promise<HoldOutcome> {
      const outcome = await write(place, register, expected);
      if (outcome.kind === "done") return { kind: "held", revision: outcome.revision };
      // An earlier try of the same write may have arrived although its answer did not.
      const found = await read(place, register);
      if (found === "unreadable" || found?.revision === expected) return { kind: "unknown" };
      return found && isOurs(found, register) ? { kind: "held", revision: found.revision } : { kind: "lost" };
    },
  };
}

/** Whether the entry is the very write we wonder about. */
function isOurs(entry: Exclude<Found, "unreadable" | undefined>, register: PairRegister): boolean {
  return entry.value.attempt === register.attempt && entry.value.running === register.running;
}
