import { enrichmentRecordToProto, resourceCodec, resourceFromProto, resourceRecordToProto } from "@ocelli/codec";
import {
  type Clock,
  type EnrichmentRecord,
  fromToken,
  linkSignals,
  type Matcher,
  matcherOf,
  OcelliError,
  parseFilter,
  type ResourceRecord,
  toToken,
} from "@ocelli/model";
import { ChangeType, type Registry } from "@ocelli/proto/registry";
import type { Handlers } from "@ocelli/rpc";
import type { EnrichmentKey } from "../domain/enrichments.js";
import type { InventoryKeeper } from "../domain/inventory-keeper.js";
import { filterProblems, type Why, whyFilter, whyPlugin } from "../domain/why.js";
import { followResources } from "./follow-resources.js";
import type { Known } from "./known.js";
import { pluginNamed, pluginViews } from "./rpc-plugins.js";
import { SortedIds } from "./sorted-ids.js";

export interface ResourceDeps {
  readonly known: Known;
  readonly keeper: InventoryKeeper;
  readonly clock: Clock;
  /** Reads one enrichment whole, from the broker. */
  readonly enrichment: (key: EnrichmentKey) => Promise<EnrichmentRecord | undefined>;
}

const defaultPageSize = 100;
const largestPageSize = 1_000;
/** A page ends here whatever its size: a message is at most 4 MiB. */
const pageBytes = 3 * 1024 * 1024;

type ResourceCalls = Omit<
  Handlers<typeof Registry>,
  "listPlugins" | "getPlugin" | "watchPlugins" | "listModules" | "watchModules" | "listServices"
>;

export function resourceCalls({ known, keeper, clock, enrichment }: ResourceDeps): ResourceCalls {
  const ids = new SortedIds(known.resources);
  const named = (id: string): ResourceRecord => {
    const entry = known.resources.get(id);
    if (!entry) throw new OcelliError("not_found", `there is no resource ${JSON.stringify(id)}`);
    return entry.value;
  };
  return {
    listResources: ({ filter, pageSize, pageToken }) => {
      const matches = matcher(filter);
      const size = pageSize === 0 ? defaultPageSize : Math.min(pageSize, largestPageSize);
      const page: ResourceRecord[] = [];
      let bytes = 0;
      let more = false;
      for (const id of ids.after(idOfToken(pageToken))) {
        const record = known.resources.get(id)?.value;
        if (!record || !matches(record.resource)) continue;
        bytes += resourceCodec.encode(record).length;
        more = page.length === size || (bytes > pageBytes && page.length > 0);
        if (more) break;
        page.push(record);
      }
      let total = 0;
      for (const { value } of known.resources.values()) if (matches(value.resource)) total += 1;
      const last = page.at(-1);
      return {
        resources: page.map(resourceRecordToProto),
        nextPageToken: more && last ? toToken(last.resource.id) : "",
        total,
      };
    },
    getResource: ({ id }) => {
      const record = named(id);
      const whys = pluginViews(known).map((view) => whyPlugin(view, record.resource));
      const plugins = whys.filter((why) => why.matches).map((why) => why.plugin);
      return { record: resourceRecordToProto(record), plugins };
    },
    async *watchResources({ filter }, ctx) {
      using stop = linkSignals(ctx.signal, ctx.draining);
      for await (const step of followResources(known.resources, matcher(filter), clock, stop.signal)) {
        if (step.kind === "caught_up") yield { type: ChangeType.CAUGHT_UP };
        else if (step.kind === "put") yield { type: ChangeType.PUT, record: resourceRecordToProto(step.record) };
        else yield { type: ChangeType.DELETE, record: { resource: { id: step.id } } };
      }
    },
    getEnrichments: async ({ resourceId, namespace }) => {
      named(resourceId);
      const keys = [...known.enrichments.values()]
        .map((entry) => entry.key)
        .filter(([id, own]) => id === resourceId && (namespace === "" || own === namespace))
        .sort(([, a], [, b]) => (a < b ? -1 : 1));
      const found = await Promise.all(keys.map(enrichment));
      return { enrichments: found.filter((one) => one !== undefined).map(enrichmentRecordToProto) };
    },
    putResource: async ({ resource }) => {
      if (!resource) throw new OcelliError("invalid", "the request holds no resource");
      const record = await keeper.putByHand(resourceFromProto(resource));
      return { record: resourceRecordToProto(record) };
    },
    deleteResource: async ({ id }) => {
      await keeper.deleteByHand(id);
      return {};
    },
    explainFilter: ({ filter, plugin, resourceId }) => {
      const { resource } = named(resourceId);
      return { explanations: whys(known, filter, plugin, resource).map(explanationOf) };
    },
    confirmRemoval: async ({ plugin }) => ({ removed: await keeper.confirmRemoval(plugin) }),
  };
}

function whys(known: Known, filter: string, plugin: string, resource: ResourceRecord["resource"]): Why[] {
  if (filter !== "") {
    matcher(filter);
    return [whyFilter(filter, resource)];
  }
  const views = plugin === "" ? pluginViews(known) : [pluginNamed(known, plugin)];
  return views.map((view) => whyPlugin(view, resource));
}

function explanationOf({ plugin, filter, matches, clauses, summary }: Why) {
  return { plugin, filter, matches, clauses: clauses.map((clause) => ({ ...clause })), summary };
}

/** Throws `invalid` that shows each problem in its place. */
function matcher(filter: string): Matcher {
  const parsed = parseFilter(filter);
  if (parsed.kind === "ok") return matcherOf(parsed.filter);
  throw new OcelliError("invalid", filterProblems(filter));
}

function idOfToken(token: string): string {
  if (token === "") return "";
  try {
    return fromToken(token);
  } catch (error) {
    throw new OcelliError("invalid", "page_token is not one of an earlier answer", { cause: error });
  }
}
