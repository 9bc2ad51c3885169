import { hostname } from "node:os";
import { type Group, PollFault, type Resource, type ResourceContext } from "@ocelli/plugin-sdk";
import { cpuGroups } from "./cpu.js";
import { diskIoGroups } from "./disk-io.js";
import { filesystemGroups } from "./filesystems.js";
import { memoryGroups } from "./memory.js";
import { networkGroups } from "./network.js";
import type { HostSettings } from "./settings.js";
import { systemGroups } from "./system.js";
import { isThisMachine } from "./this-machine.js";

/** One thing to look at, by its name for people. */
type Parts = Readonly<Record<string, () => Promise<Group[]>>>;

/** Reads this machine. What fails takes nothing else with it: the answer is partial then. */
export async function poll(resource: Resource, ctx: ResourceContext<HostSettings>): Promise<Group[]> {
  if (!isThisMachine(resource, hostname())) {
    const message = `this agent runs on ${hostname()} and can only look at itself, not at ${resource.id}`;
    throw new PollFault("internal", message, { origin: "host" });
  }
  const { host } = ctx.settings;
  const stuck: string[] = [];
  const outcome = await readParts({
    cpu: () => cpuGroups(ctx.state, host.per_core, ctx.signal),
    memory: memoryGroups,
    disk: async () => {
      const { groups, failures } = await filesystemGroups(host);
      stuck.push(...failures);
      return groups;
    },
    "disk io": () => diskIoGroups(host),
    network: () => networkGroups(host),
    system: systemGroups,
  });
  ctx.signal.throwIfAborted();
  const failures = [...outcome.failures, ...stuck];
  if (outcome.groups.length === 0) throw new PollFault("internal", failures.join("; "));
  if (failures.length > 0) ctx.fault(new PollFault("partial", failures.join("; ")));
  return outcome.groups;
}

/** The groups of all parts that could be read, and a sentence for each that could not. */
export async function readParts(parts: Parts): Promise<{ readonly groups: Group[]; readonly failures: string[] }> {
  const names = Object.keys(parts);
  const outcomes = await Promise.allSettled(Object.values(parts).map((read) => read()));
  const groups: Group[] = [];
  const failures: string[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.status === "fulfilled") groups.push(...outcome.value);
    else
      failures.push(
        `${names[index]}: ${outcome.reason instanceof Error ? outcome.reason.message : String(outcome.reason)}`,
      );
  }
  return { groups, failures };
}
