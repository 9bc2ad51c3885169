import { timingSafeEqual } from "node:crypto";
import type { BusLog } from "@ocelli/bus";
import { joinTokenKey, messageOf, OcelliError } from "@ocelli/model";
import { ModuleRegistry } from "@ocelli/proto/registry";
import { type CallContext, implement, type ServiceImplementation } from "@ocelli/rpc";
import type { ModuleKeeper, ModuleStart } from "../domain/module-lease.js";

export interface ModuleRegistryDeps {
  readonly keeper: ModuleKeeper;
  /** What modules have to bring along; empty: nothing. */
  readonly joinToken: string;
  readonly leaseMs: number;
  readonly log: BusLog;
}

/** Where stand-alone modules register. */
export function moduleRegistryService({ keeper, joinToken, leaseMs, log }: ModuleRegistryDeps): ServiceImplementation {
  const admit = (ctx: CallContext): void => {
    if (joinToken === "" || sameText(ctx.metadata(joinTokenKey) ?? "", joinToken)) return;
    throw new OcelliError("unauthenticated", `the metadata key ${joinTokenKey} does not carry the join token`);
  };
  return implement(ModuleRegistry, {
    register: async ({ name, version, endpoint, instanceId, bootId }, ctx) => {
      admit(ctx);
      await keeper.register({ name, version, endpoint, instanceId, bootId }, ctx.signal);
      return { leaseMs, heartbeatEveryMs: Math.floor(leaseMs / 3) };
    },
    async *heartbeat(requests, ctx) {
      admit(ctx);
      let start: ModuleStart | undefined;
      try {
        for await (const { name, instanceId, bootId } of requests) {
          start = { name, instanceId, bootId };
          yield { unknown: !(await heard(keeper, start, log)) };
        }
      } finally {
        // Where it is the registry that stops, the module goes on with another and nothing is wrong with it.
        if (start && !ctx.draining.aborted) await brokeOff(keeper, start, log);
      }
    },
    deregister: async ({ name, instanceId, bootId }, ctx) => {
      admit(ctx);
      await keeper.deregister({ name, instanceId, bootId });
      return {};
    },
  });
}

/** While the broker is away nobody's lease can be renewed, and registering again would not help: the module waits. */
async function heard(keeper: ModuleKeeper, start: ModuleStart, log: BusLog): Promise<boolean> {
  try {
    return await keeper.heartbeat(start);
  } catch (error) {
    log.warn({ module: start.name, reason: messageOf(error) }, "heartbeat of a module could not be kept");
    return true;
  }
}

async function brokeOff(keeper: ModuleKeeper, start: ModuleStart, log: BusLog): Promise<void> {
  try {
    await keeper.suspect(start);
  } catch (error) {
    log.warn({ module: start.name, reason: messageOf(error) }, "module could not be marked as suspect");
  }
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
