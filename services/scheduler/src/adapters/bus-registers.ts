import type { Bus, BusLog, Entry } from "@ocelli/bus";
import { messageOf, OcelliError, type PairId, type PairRegister, type RegisterSeen } from "@ocelli/model";
import type { Registers } from "../domain/ports.js";

type Key = readonly [string, string];

/** The registers of pairs as they lie in KV. */
export function busRegisters(bus: Pick<Bus, "registers">, log: BusLog): Registers {
  const tableOf = (partition: number) => {
    const table = bus.registers[partition];
    if (!table) throw new OcelliError("invalid", `the mesh has no partition ${partition}`);
    return table;
  };
  return {
    follow(partition, feed, signal) {
      const watcher = {
        put: (entry: Entry<PairRegister, Key>) => feed.put(pairOf(entry.key), seenOf(entry)),
        gone: (key: Key, revision: number) => feed.gone(pairOf(key), revision),
        caughtUp: () => feed.caughtUp(),
      };
      tableOf(partition)
        .watch(watcher, signal)
        .catch((error: unknown) => log.warn({ partition, reason: messageOf(error) }, "registers are not followed"));
    },
    async read(partition, { plugin, resourceId }) {
      const table = tableOf(partition);
      const key: Key = [plugin, resourceId];
      let entry = await table.get(key);
      if (entry) return { seen: seenOf(entry), revision: entry.revision };
      // The trace first, then once more whether there is a register: a claim that comes between must not be taken for the trace.
      const traceRevision = await table.newestRevision(key);
      entry = traceRevision > 0 ? await table.get(key) : undefined;
      return { seen: entry && seenOf(entry), revision: entry?.revision ?? traceRevision };
    },
    remove(partition, { plugin, resourceId }, revision) {
      tableOf(partition)
        .remove([plugin, resourceId], revision)
        .catch((error: unknown) => log.debug({ partition, reason: messageOf(error) }, "register was not removed"));
    },
  };
}

function pairOf([plugin, resourceId]: Key): PairId {
  return { plugin, resourceId };
}

function seenOf({ value, revision, storedAtMs }: Entry<PairRegister, Key>): RegisterSeen {
  return { register: value, revision, storedAtMs };
}
