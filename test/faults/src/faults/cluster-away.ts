import type { Fault } from "../run/fault.js";
import type { World } from "../world/world.js";
import { absences, brokerBars, cluster, killFor, withProbe } from "./broker-away.js";

/** The server that leads a stream now. */
async function leaderOf(stream: string, { witness, service }: World) {
  const { cluster } = await witness.bus.link.jsm.streams.info(stream);
  if (!cluster?.leader) throw new Error(`stream ${stream} has no leader`);
  return service(cluster.leader);
}

const quickMs = [5_000];
const fullMs = Array.from({ length: 6 }, (_, i) => (i % 2 === 0 ? 5_000 : 30_000));

export const clusterNodeKill: Fault = {
  name: "cluster-node-kill",
  about: "one of three servers killed, which comes back after a while",
  load: () => cluster,
  schedule: (dice, size) => {
    return absences(
      "kill",
      size === "quick" ? quickMs : fullMs,
      cluster.intervalS,
      `nats-${dice.whole(1, cluster.brokers + 1)}`,
    );
  },
  act: withProbe((step, world, signal) => killFor(world.service(step.to ?? ""), step, world, signal)),
  ...brokerBars,
};

const tasksOf0 = "leader of the tasks of partition 0";
const registersOf0 = "leader of the registers of partition 0";

export const clusterLeaderKill: Fault = {
  name: "cluster-leader-kill",
  about: "of three servers the one killed that leads the stream of tasks, or of registers",
  load: () => cluster,
  schedule: (dice, size) => {
    const { steps, ...rest } = absences("kill", size === "quick" ? quickMs : fullMs, cluster.intervalS);
    const both = [tasksOf0, registersOf0];
    return {
      ...rest,
      steps: steps.map((step) => (step.forMs === undefined ? step : { ...step, to: dice.pick(both) })),
    };
  },
  act: withProbe(async (step, world, signal) => {
    const { names } = world.witness.bus.link;
    const stream = step.to === tasksOf0 ? names.tasks(0) : `KV_${names.pairs(0)}`;
    await killFor(await leaderOf(stream, world), step, world, signal);
  }),
  ...brokerBars,
};
