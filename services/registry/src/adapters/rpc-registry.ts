import { Registry } from "@ocelli/proto/registry";
import { implement, type ServiceImplementation } from "@ocelli/rpc";
import { MatchCounts } from "./match-counts.js";
import { type MeshInfo, moduleCalls } from "./rpc-modules.js";
import { pluginCalls } from "./rpc-plugins.js";
import { type ResourceDeps, resourceCalls } from "./rpc-resources.js";

/** What exists, for everybody who asks. Answers from memory, so any registry answers, leader or not. Open it once what
 *  there is can be read. */
export function registryService(deps: ResourceDeps, info: MeshInfo): ServiceImplementation {
  const { known, clock } = deps;
  return implement(Registry, {
    ...pluginCalls(known, new MatchCounts(known.resources), clock),
    ...moduleCalls(known, info, clock),
    ...resourceCalls(deps),
  });
}
