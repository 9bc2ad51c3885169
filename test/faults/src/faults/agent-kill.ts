import type { Dice } from "../nemesis/random.js";
import type { Step } from "../nemesis/schedule.js";
import { atMost, type Bar, type Counts, type Fault, type Judged, sumOf, unharmed } from "../run/fault.js";
import { type Load, type Size, usualLoad } from "../world/load.js";
import type { World } from "../world/world.js";

const everyMs = 5_000;

/** kill -9 of a random agent every 5 s. */
function kills(dice: Dice, size: Size, does: string): Step[] {
  const spanMs = size === "quick" ? 30_000 : 300_000;
  return Array.from({ length: spanMs / everyMs }, (_, i) => {
    return { atMs: i * everyMs + dice.whole(0, 500), does, to: `agent-${dice.whole(1, usualLoad.agents + 1)}` };
  });
}

/** An interval that a lease and its margin fit into: a run that dies costs its own slot, and the next one takes the pair over. */
const load: Load = { ...usualLoad, devices: 300, intervalS: 6, timeoutS: 4, latencyMs: 300 };

/** Runs that an agent holds now, as the registers say, and tasks that are in the queue or in an agent's hands and not claimed:
 *  these come to another agent too late to be run for their slots. */
async function inFlightOf(agent: string, { witness }: World): Promise<Counts> {
  let inFlight = [...witness.registers().values()].filter(
    ({ running, agentId }) => running && agentId === agent,
  ).length;
  for (let partition = 0; partition < load.partitions; partition += 1) {
    for await (const pairs of witness.bus.tasks.pendingPairs(partition)) inFlight += pairs.length;
  }
  return { inFlight };
}

function bars({ verdict, done }: Judged): Bar[] {
  return [
    ...unharmed(verdict),
    atMost("M (runs in flight and tasks in hand at the kills)", verdict.M, sumOf(done, "inFlight")),
    atMost("R in s (lease + one interval)", verdict.R, load.leaseS + load.intervalS),
  ];
}

const figures = ({ done }: Judged) => ({ kills: done.length, inFlight: sumOf(done, "inFlight") });

const quietMs = 18_000;

export const agentKill: Fault = {
  name: "agent-kill",
  about: "kill -9 of a random agent every 5 s; its supervisor starts it again",
  load: () => load,
  schedule: (dice, size) => ({ calmMs: 4_000, steps: kills(dice, size, "kill"), quietMs }),
  async act({ to = "" }, world) {
    const seen = await inFlightOf(to, world);
    await world.service(to).kill();
    return seen;
  },
  bars,
  figures,
};

export const agentAndModulesKill: Fault = {
  name: "agent-and-modules-kill",
  about: "kill -9 of a random agent and of all its modules every 5 s",
  load: () => load,
  schedule: (dice, size) => ({ calmMs: 4_000, steps: kills(dice, size, "kill the family of"), quietMs }),
  async act({ to = "" }, world) {
    const seen = await inFlightOf(to, world);
    await world.service(to).killFamily();
    return seen;
  },
  bars,
  figures,
};
