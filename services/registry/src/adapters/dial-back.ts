import { type Clock, OcelliError } from "@ocelli/model";
import { DescriptionCache, dialModule, hostLimits, SettingsShelf } from "@ocelli/module-host";
import { parseListenAddress } from "@ocelli/rpc";
import type { Registration } from "../domain/module-lease.js";

/** Dials modules that want to register and shakes hands with them, as an agent will. What it gives throws `invalid` for an
 *  endpoint that is none, and `precondition` where nobody or somebody else answers there, or cannot be used. */
export function dialBack(clock: Clock, hostVersion: string) {
  const host = { clock, hostVersion, limits: hostLimits, descriptions: new DescriptionCache() };
  return async ({ endpoint, name, instanceId, bootId }: Registration, signal: AbortSignal): Promise<void> => {
    parseListenAddress(endpoint);
    const outcome = await dialModule({ endpoint, name, host, shelf: new SettingsShelf() }, signal);
    if (outcome.kind === "failed") throw new OcelliError("precondition", outcome.reason);
    const { identity } = outcome.module.link;
    outcome.module.close();
    if (identity.instanceId === instanceId && identity.bootId === bootId) return;
    throw new OcelliError("precondition", `another instance or start of ${name} answers at ${endpoint}`);
  };
}
