import { pluginRecordToProto, pluginReportToProto } from "@ocelli/codec";
import { type Clock, linkSignals, nearest, OcelliError } from "@ocelli/model";
import { ChangeType, PluginState as ProtoPluginState, type Registry } from "@ocelli/proto/registry";
import type { Handlers } from "@ocelli/rpc";
import type { PluginState } from "../domain/plugin-state.js";
import { type PluginView, pluginView, serviceOf, specOf } from "../domain/plugin-view.js";
import { followList } from "./follow-list.js";
import type { Known } from "./known.js";
import type { MatchCounts } from "./match-counts.js";

const stateToProto = {
  waiting: ProtoPluginState.WAITING,
  ready: ProtoPluginState.READY,
  failed: ProtoPluginState.FAILED,
  refused: ProtoPluginState.REFUSED,
  paused: ProtoPluginState.PAUSED,
} as const satisfies Record<PluginState, ProtoPluginState>;

interface CountedView extends PluginView {
  readonly resources: number;
}

/** All plugins as users see them, ordered by name. */
export function pluginViews(known: Known): PluginView[] {
  const agents = known.liveAgents();
  const records = [...known.plugins.values()].map((entry) => entry.value);
  records.sort((a, b) => (a.name < b.name ? -1 : 1));
  return records.map((record) => pluginView(record, agents, known.pauses.get(record.name) !== undefined));
}

/** One plugin. Throws `not_found` with the nearest name there is. */
export function pluginNamed(known: Known, name: string): PluginView {
  const view = pluginViews(known).find(({ record }) => record.name === name);
  if (view) return view;
  const near = nearest(
    name,
    [...known.plugins.values()].map((entry) => entry.key),
  );
  throw new OcelliError(
    "not_found",
    `there is no plugin "${name}"${near === undefined ? "" : `; did you mean "${near}"?`}`,
  );
}

type PluginCalls = Pick<Handlers<typeof Registry>, "listPlugins" | "getPlugin" | "watchPlugins">;

export function pluginCalls(known: Known, counts: MatchCounts, clock: Clock): PluginCalls {
  const counted = (view: PluginView): CountedView => {
    const { name } = view.record;
    const resources = serviceOf(view) === "discovery" ? counts.from(name) : matching(view, counts);
    return { ...view, resources };
  };
  const all = (): CountedView[] => {
    const views = pluginViews(known);
    counts.keepOnly(new Set(views.map(({ record }) => specOf(record)?.resourceFilter ?? "")));
    return views.map(counted);
  };
  return {
    listPlugins: () => ({ plugins: all().map(toProto) }),
    getPlugin: ({ name }) => ({ plugin: toProto(counted(pluginNamed(known, name))) }),
    async *watchPlugins(_, ctx) {
      using stop = linkSignals(ctx.signal, ctx.draining);
      const tables = [known.plugins, known.agents, known.pauses, known.resources];
      const listen = (changed: () => void) => {
        const ends = tables.map((table) => table.listen(changed));
        return () => ends.forEach((end) => void end());
      };
      const keyOf = ({ record }: CountedView): string => record.name;
      for await (const step of followList({ list: all, keyOf, listen }, clock, stop.signal)) {
        if (step.kind === "caught_up") yield { type: ChangeType.CAUGHT_UP };
        else if (step.kind === "put") yield { type: ChangeType.PUT, plugin: toProto(step.item) };
        else yield { type: ChangeType.DELETE, plugin: { record: { name: step.item.record.name } } };
      }
    },
  };
}

function matching({ record }: PluginView, counts: MatchCounts): number {
  const spec = specOf(record);
  return spec ? counts.matching(spec.resourceFilter) : 0;
}

function toProto({ record, state, reports, resources }: CountedView) {
  return {
    record: pluginRecordToProto(record),
    state: stateToProto[state],
    reports: reports.map(pluginReportToProto),
    resources,
  };
}
