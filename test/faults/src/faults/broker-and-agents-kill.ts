import { pause } from "../nemesis/schedule.js";
import { type Fault, unharmed } from "../run/fault.js";
import { type Load, usualLoad } from "../world/load.js";
import { killFor } from "./broker-away.js";

/** Results are on their way when it happens. */
const load: Load = { ...usualLoad, intervalS: 3, latencyMs: 300 };
const betweenMs = 14_000;
const agentsAfterMs = 1_500;

export const brokerAndAgentsKill: Fault = {
  name: "broker-and-agents-kill",
  about: "the broker killed, and all agents while it is away: what they had measured waits in their spools",
  load: () => load,
  schedule: (_, size) => ({
    calmMs: 3_000,
    steps: Array.from({ length: size === "quick" ? 1 : 10 }, (_, i) => {
      return { atMs: i * betweenMs, does: "kill", to: "nats-1", forMs: 5_000 };
    }),
    quietMs: 9_000,
  }),
  async act(step, world, signal) {
    const back = killFor(world.service(step.to ?? ""), step, world, signal);
    await pause(agentsAfterMs, signal);
    await Promise.all(world.agents.map((agent) => agent.kill()));
    await back;
    return undefined;
  },
  bars: ({ verdict }) => [...unharmed(verdict)],
  figures: ({ counter }) => ({ fromSpools: counter("spool_recovered") }),
};
