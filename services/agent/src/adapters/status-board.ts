import type { Bus } from "@ocelli/bus";
import { type AgentStatus, type Clock, messageOf } from "@ocelli/model";

const everyMs = 5_000;
const settleMs = 100;

/** Tells the mesh the agent's whole state: soon after each change and every few seconds, until `signal` aborts; then takes it
 *  back, so that nobody waits for the lease. */
export async function keepStatusPosted(
  bus: Pick<Bus, "agents">,
  deps: { clock: Clock; log: { debug(fields: object, message: string): void } },
  status: () => AgentStatus,
  onChange: (listener: () => void) => void,
  signal: AbortSignal,
): Promise<void> {
  let changed = (): void => {};
  onChange(() => changed());
  while (!signal.aborted) {
    const change = new Promise<void>((resolve) => {
      changed = resolve;
    });
    try {
      await bus.agents.put(status().agentId, status());
    } catch (error) {
      deps.log.debug({ reason: messageOf(error) }, "status could not be posted");
    }
    await Promise.race([change, deps.clock.sleep(everyMs, signal)]);
    await deps.clock.sleep(settleMs, signal);
  }
  await bus.agents.remove(status().agentId).catch(() => undefined);
}
