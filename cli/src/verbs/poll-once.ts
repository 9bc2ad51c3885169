import { type Kind, kinds, matcherOf, parseFilter, type Resource } from "@ocelli/model";
import { Command, Option } from "commander";
import { contextOf } from "../context.js";
import { toJson } from "../display/json.js";
import { span } from "../display/span.js";
import { Exit, exitCodes } from "../exit-codes.js";
import { interruption } from "../interruption.js";
import { givenFacts } from "../one-shot/known-facts.js";
import { parseChange } from "../one-shot/settings-changes.js";
import { type OnceTarget, onceTarget } from "../one-shot/target.js";
import { severalTimes } from "../option-parsers.js";
import { print, say } from "../output.js";
import { readResources } from "../resource-input/read-resource.js";
import { readText } from "../resource-input/read-text.js";
import { foundText, summaryText } from "../views/found-text.js";
import { setView } from "../views/result-view.js";

interface PollOnceOptions {
  readonly resource?: string;
  readonly setting: readonly string[];
  readonly enrichment: readonly string[];
  readonly service?: Kind;
  readonly logs?: boolean;
}

export function pollOnceCommand(): Command {
  return new Command("once")
    .description("run one module against one resource and print what it finds: no mesh, no broker, nothing published")
    .argument("<plugin-file|module>", "a plugin file, or the file or folder of a module")
    .option("--resource <json>", "the resource: a JSON file, - for stdin, or JSON itself; none for a discovery")
    .option("--setting <section.key=value>", "replaces or adds a setting; may be given several times", severalTimes, [])
    .option("--enrichment <namespace=file>", "facts to poll with: a JSON file, or JSON itself", severalTimes, [])
    .addOption(new Option("--service <kind>", "where a module has several").choices(kinds))
    .option("--logs", "also what the module writes, on stderr")
    .action(async (path: string, options: PollOnceOptions, command: Command) => {
      const { format, data, clock, timeoutMs } = contextOf(command);
      const changes = options.setting.map((text) => {
        const change = parseChange(text);
        if (!change) throw new Exit(exitCodes.usage, `"${text}" is not section.key=value, such as snmp.port=1161`);
        return change;
      });
      const target = await onceTarget(path, changes, options.service);
      for (const warning of target.warnings) say(warning);
      const resource = await resourceOf(options.resource);
      if (resource) sayWhereFilterFails(target, resource);
      const enrichments = await Promise.all(options.enrichment.map(givenFacts));
      const spec = { ...target.spec, timeoutMs: timeoutMs ?? target.spec.timeoutMs };
      const onLine = options.logs ? ({ text }: { text: string }) => say(text) : undefined;
      const signal = interruption();
      // Loaded when it is needed: what starts modules is a third of this command's own start.
      const { runOnce } = await import("../one-shot/run-once.js");
      const { found, module, tookMs } = await runOnce(
        { spec, resource, enrichments, data, clock, say, onLine },
        signal,
      );
      const { kind, status, fault, groups, sets, discovery } = found;
      if (format === "table") print(foundText(found));
      else {
        const what = { polling: { groups }, enrichment: { sets: sets.map(setView) }, discovery, sink: {} }[kind];
        const about = { plugin: spec.name, module, kind, resource: resource ?? null };
        print(`${toJson({ ...about, status, fault: fault ?? null, tookMs: Math.round(tookMs), ...what })}\n`);
      }
      say(`${summaryText(found)}, took ${span(tookMs)}`);
      if (status !== "success") throw new Exit(exitCodes.bad);
    });
}

async function resourceOf(argument: string | undefined): Promise<Resource | undefined> {
  if (argument === undefined) return undefined;
  const { text, from } = await readText(argument);
  const [resource, ...others] = readResources(text, from);
  if (!resource || others.length > 0) throw new Exit(exitCodes.usage, `${from} is not one resource`);
  return resource;
}

/** It is run all the same: one may want to try a plugin on what it will match later. */
function sayWhereFilterFails({ spec }: OnceTarget, resource: Resource): void {
  const parsed = parseFilter(spec.resourceFilter);
  if (parsed.kind === "ok" && !matcherOf(parsed.filter)(resource)) {
    say(`in a mesh it would not run against this resource: resource_filter = ${spec.resourceFilter} does not match`);
  }
}
