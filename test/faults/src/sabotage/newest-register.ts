import type { Bus } from "@ocelli/bus";
import type { PairRegister, RegisterSeen } from "@ocelli/model";

/** The newest register of a pair, whichever partition holds it. */
export async function newestRegister(
  bus: Pick<Bus, "registers">,
  { plugin, resourceId }: Pick<PairRegister, "plugin" | "resourceId">,
): Promise<RegisterSeen | undefined> {
  const found = await Promise.all(bus.registers.map((table) => table.get([plugin, resourceId])));
  const entry = found.find((one) => one !== undefined);
  return entry && { register: entry.value, revision: entry.revision, storedAtMs: entry.storedAtMs };
}
