import { Command } from "commander";
import { contextOf } from "../context.js";
import { fieldLines } from "../display/fields.js";
import { toJson } from "../display/json.js";
import { printable } from "../display/printable.js";
import { ago, span } from "../display/span.js";
import { openMesh } from "../mesh.js";
import { printOne, say, table } from "../output.js";
import { pairColumns } from "../views/pair-view.js";
import {
  type EnrichmentView,
  enrichmentView,
  kindText,
  originText,
  type ResourceView,
  resourceView,
} from "../views/resource-view.js";
import { pairsOf } from "./pairs-of.js";

interface ShowOptions {
  readonly enrichments?: boolean;
}

export function resourcesShowCommand(): Command {
  return new Command("show")
    .description("one resource: what is known of it, what runs against it and when")
    .argument("<id>", "the resource")
    .option("--enrichments", "also what plugins found out about it, whole")
    .action(async (id: string, options: ShowOptions, command: Command) => {
      const { format, ...context } = contextOf(command);
      using mesh = await openMesh(context);
      const [{ record, plugins }, { enrichments }, known] = await Promise.all([
        mesh.registry.getResource({ id }),
        mesh.registry.getEnrichments({ resourceId: id }),
        pairsOf(mesh, { resourceId: id }),
      ]);
      const view = record && resourceView(record);
      if (!view) return;
      const facts = enrichments.map(enrichmentView);
      const nowMs = known.brokerNowMs || context.clock.nowMs();
      for (const { reason } of known.silent) say(reason);
      const lines = [
        ...fieldLines(fieldsOf(view, plugins, nowMs)),
        ...(facts.length > 0 ? ["", ...facts.flatMap((one) => factLines(one, options, nowMs))] : []),
        ...(known.pairs.length > 0 ? ["", ...table(known.pairs, pairColumns(nowMs)).trimEnd().split("\n")] : []),
      ];
      const shown = options.enrichments ? facts : facts.map(({ data: _data, ...rest }) => rest);
      printOne({ ...view, plugins, pairs: known.pairs, enrichments: shown }, lines, format);
    });
}

function fieldsOf(view: ResourceView, plugins: readonly string[], nowMs: number): Record<string, string> {
  const { resource } = view;
  const metadata = Object.entries(resource.metadata).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return {
    resource: resource.id,
    endpoint: resource.endpoint,
    kind: kindText(resource),
    site: resource.site,
    metadata: metadata.join(" "),
    parents: resource.parents.join(" "),
    known: originText(view, nowMs),
    plugins: plugins.join(", ") || "none matches it",
  };
}

function factLines(fact: EnrichmentView, { enrichments }: ShowOptions, nowMs: number): string[] {
  const { namespace, schema, plugin, createdAtMs, expiresAtMs, data } = fact;
  const version = schema === "" ? "" : ` ${printable(schema)}`;
  const holds = expiresAtMs > nowMs ? `holds for another ${span(expiresAtMs - nowMs)}` : "does not hold any more";
  const times = `${ago(createdAtMs, nowMs)}, ${holds}`;
  const head = `enrichment ${printable(namespace)}${version} by ${printable(plugin)}, ${times}`;
  if (!enrichments) return [head];
  return [
    head,
    ...toJson(data, 2)
      .split("\n")
      .map((line) => `  ${printable(line)}`),
  ];
}
