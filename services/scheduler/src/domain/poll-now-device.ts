import { judge, type PairId, type RegisterSeen, startedAtMs, type Task } from "@ocelli/model";
import { Device } from "./device.js";
import type { DeviceStanding } from "./device-budget.js";
import type { DeviceLimits } from "./device-rules.js";
import type { Partition } from "./partition.js";
import type { Plan } from "./plan.js";
import type { PlannedResource } from "./planned.js";
import type { Registers } from "./ports.js";
import type { SendAnswer } from "./slot-keeper.js";

export interface DeviceDeps {
  readonly plan: Plan;
  readonly registers: Pick<Registers, "read">;
  readonly nowMs: () => number;
  /** A partition that is led here and begun. */
  readonly ledPartition: (number: number) => Partition | undefined;
  readonly limitsOf: (endpoint: string) => DeviceLimits;
}

/** A place at the device for a task out of turn, or why there is none. */
export type Place =
  | {
      readonly kind: "free" | "forced";
      /** The task as it may be sent. */
      readonly task: Task;
      /** To be told what came of it. */
      readonly answered: (answer: SendAnswer) => void;
    }
  | { readonly kind: "busy"; readonly standing: DeviceStanding };

/** Asks for a place. Who leads the partition knows exactly; everybody else judges by the registers of the device's pairs, which
 *  do not tell of tasks that are not taken yet. */
export async function placeAtDevice(deps: DeviceDeps, task: Task, force: boolean): Promise<Place> {
  const pair: PairId = { plugin: task.plugin, resourceId: task.resource?.id ?? "" };
  const resource = deps.plan.resources.get(pair.resourceId);
  const free: Place = { kind: "free", task, answered: () => {} };
  if (!resource || resource.resource.endpoint === "") return free;
  const partition = deps.ledPartition(resource.partition);
  if (partition) return placeOfLeader(partition, pair, task, force) ?? free;
  const standing = await standingByRegisters(deps, pair, resource);
  const isFree = standing.inFlight < standing.limits.maxInFlight && deps.nowMs() >= standing.openAtMs;
  if (isFree) return free;
  return force ? { ...free, kind: "forced" } : { kind: "busy", standing };
}

function placeOfLeader(partition: Partition, pair: PairId, task: Task, force: boolean): Place | undefined {
  const id = partition.index.get(pair.plugin, pair.resourceId);
  if (id === undefined) return undefined;
  const { gate } = partition;
  const answered = (answer: SendAnswer): void => gate.answered(id, task, answer);
  const granted = gate.askNow(id, task, false);
  if (granted) return { kind: "free", task: granted, answered };
  const standing = gate.standingOf(id);
  if (!force) return standing && { kind: "busy", standing };
  return { kind: "forced", task: gate.askNow(id, task, true) ?? task, answered };
}

async function standingByRegisters(deps: DeviceDeps, own: PairId, resource: PlannedResource): Promise<DeviceStanding> {
  const { plan, registers, nowMs, limitsOf } = deps;
  const { endpoint } = resource.resource;
  const limits = limitsOf(endpoint);
  const reads: Promise<RegisterSeen | undefined>[] = [];
  for (const other of plan.resources.values()) {
    if (other.resource.endpoint !== endpoint) continue;
    for (const plugin of plan.plugins.values()) {
      if (!plugin.pairsWith(other.resource)) continue;
      const pair = { plugin: plugin.name, resourceId: other.resource.id };
      if (pair.plugin === own.plugin && pair.resourceId === own.resourceId) continue;
      reads.push(registers.read(other.partition, pair).then(({ seen }) => seen));
    }
  }
  const device = new Device(endpoint);
  let inFlight = 0;
  for (const seen of await Promise.all(reads)) {
    if (!seen) continue;
    if (judge(seen, 0, nowMs()).kind === "running") inFlight += 1;
    device.started(startedAtMs(seen), seen.register.running ? undefined : seen.storedAtMs);
  }
  return { endpoint, inFlight, waiting: 0, limits, openAtMs: device.openAtMs(limits) };
}
