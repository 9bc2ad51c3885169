import { moduleRecordToProto, servicePresenceToProto } from "@ocelli/codec";
import { type Clock, linkSignals } from "@ocelli/model";
import { ChangeType, type Registry } from "@ocelli/proto/registry";
import type { Handlers } from "@ocelli/rpc";
import { leaseHolds } from "../domain/live-agents.js";
import { type ModuleView, moduleKey, moduleViews } from "../domain/module-view.js";
import { followList } from "./follow-list.js";
import type { Known } from "./known.js";

/** What there is to say of the broker and the mesh. */
export interface MeshInfo {
  /** URL without credentials, and version. */
  readonly broker: string;
  readonly mesh: string;
  readonly brokerNowMs: () => number;
}

type ModuleCalls = Pick<Handlers<typeof Registry>, "listModules" | "watchModules" | "listServices">;

export function moduleCalls(known: Known, info: MeshInfo, clock: Clock): ModuleCalls {
  const all = (): ModuleView[] => {
    const nowMs = info.brokerNowMs();
    const records = [...known.plugins.values()].map((entry) => entry.value);
    const registrations = [...known.modules.values()].filter((entry) => leaseHolds(entry, nowMs));
    const own = registrations.map((entry) => entry.value);
    return moduleViews(records, known.liveAgents(), own);
  };
  return {
    listModules: () => ({ modules: all().map(toProto) }),
    async *watchModules(_, ctx) {
      using stop = linkSignals(ctx.signal, ctx.draining);
      const listen = (changed: () => void) => {
        const ends = [known.plugins.listen(changed), known.agents.listen(changed), known.modules.listen(changed)];
        return () => ends.forEach((end) => void end());
      };
      for await (const step of followList({ list: all, keyOf: moduleKey, listen }, clock, stop.signal)) {
        if (step.kind === "caught_up") yield { type: ChangeType.CAUGHT_UP };
        else yield { type: step.kind === "put" ? ChangeType.PUT : ChangeType.DELETE, module: toProto(step.item) };
      }
    },
    listServices: () => {
      const nowMs = info.brokerNowMs();
      const services = [...known.presence.values()].filter((entry) => leaseHolds(entry, nowMs));
      services.sort((a, b) => (a.key < b.key ? -1 : 1));
      return {
        services: services.map((entry) => servicePresenceToProto(entry.value)),
        broker: info.broker,
        mesh: info.mesh,
      };
    },
  };
}

function toProto({ name, agentId, registration, plugins, state }: ModuleView) {
  return {
    name,
    agentId,
    plugins: [...plugins],
    state,
    ...(registration ? { registration: moduleRecordToProto(registration) } : {}),
  };
}
