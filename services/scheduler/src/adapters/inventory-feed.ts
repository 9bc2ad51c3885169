import type { Bus } from "@ocelli/bus";
import type { Catalogue } from "../domain/catalogue.js";
import type { Plan } from "../domain/plan.js";

export interface InventoryFeed {
  /** Resolves once everything there was has been told. */
  readonly ready: Promise<void>;
  /** Resolves once `signal` has aborted and nothing more is told. */
  readonly ended: Promise<void>;
}

/** Tells the plan what exists: plugins, pauses, agents and resources, first the whole, then changes, until `signal` aborts. */
export function feedInventory(
  bus: Pick<Bus, "plugins" | "pauses" | "agents" | "packedResources" | "brokerNowMs">,
  catalogue: Catalogue,
  plan: Plan,
  signal: AbortSignal,
): InventoryFeed {
  const watched: Promise<void>[] = [];
  const known = (): (() => void) => {
    let done = (): void => {};
    watched.push(new Promise<void>((resolve) => (done = resolve)));
    return () => done();
  };
  const plugins = bus.plugins.watch(
    { put: ({ value }) => catalogue.putPlugin(value), gone: (name) => catalogue.removePlugin(name), caughtUp: known() },
    signal,
  );
  const pauses = bus.pauses.watch(
    { put: ({ value }) => catalogue.putPause(value), gone: (name) => catalogue.removePause(name), caughtUp: known() },
    signal,
  );
  const agents = bus.agents.watch(
    {
      put: ({ value, storedAtMs }) => catalogue.putAgent(value, storedAtMs, bus.brokerNowMs()),
      gone: (agentId) => catalogue.removeAgent(agentId, bus.brokerNowMs()),
      caughtUp: known(),
    },
    signal,
  );
  const resources = bus.packedResources.watch(
    { put: ({ value }) => plan.setResource(value), gone: (id) => plan.removeResource(id), caughtUp: known() },
    signal,
  );
  return {
    ready: Promise.all(watched).then(() => undefined),
    ended: Promise.all([plugins, pauses, agents, resources]).then(() => undefined),
  };
}
