import { type EnrichmentSet, type Kind, kinds, matcherOf, parseFilter, type Resource } from "@ocelli/model";
import { type Command, Option } from "commander";
import type { Context } from "../context.js";
import { Exit, exitCodes } from "../exit-codes.js";
import { severalTimes } from "../option-parsers.js";
import { readResources } from "../resource-input/read-resource.js";
import { readText } from "../resource-input/read-text.js";
import { givenFacts } from "./known-facts.js";
import { parseChange } from "./settings-changes.js";
import { type OnceTarget, onceTarget } from "./target.js";

/** What the command line says about one run. */
export interface OnceOptions {
  readonly resource?: string;
  readonly setting: readonly string[];
  readonly enrichment: readonly string[];
  readonly service?: Kind;
  readonly logs?: boolean;
}

/** The options of every verb that runs a module once. */
export function withOnceOptions(command: Command): Command {
  return command
    .option("--resource <json>", "the resource: a JSON file, - for stdin, or JSON itself; none for a discovery")
    .option("--setting <section.key=value>", "replaces or adds a setting; may be given several times", severalTimes, [])
    .option("--enrichment <namespace=file>", "facts to poll with: a JSON file, or JSON itself", severalTimes, [])
    .addOption(new Option("--service <kind>", "where a module has several").choices(kinds))
    .option("--logs", "also what the module writes, on stderr");
}

/** What is run, and against what. */
export interface OnceInput {
  readonly target: OnceTarget;
  readonly resource: Resource | undefined;
  readonly enrichments: readonly EnrichmentSet[];
}

/** Reads everything the command line names. Throws a usage Exit or `invalid` that says all that is wrong with it. */
export async function onceInput(path: string, options: OnceOptions, { timeoutMs }: Context): Promise<OnceInput> {
  const changes = options.setting.map((text) => {
    const change = parseChange(text);
    if (!change) throw new Exit(exitCodes.usage, `"${text}" is not section.key=value, such as snmp.port=1161`);
    return change;
  });
  const { spec, warnings } = await onceTarget(path, changes, options.service);
  const target = { spec: { ...spec, timeoutMs: timeoutMs ?? spec.timeoutMs }, warnings };
  const resource = await resourceOf(options.resource);
  return { target, resource, enrichments: await Promise.all(options.enrichment.map(givenFacts)) };
}

async function resourceOf(argument: string | undefined): Promise<Resource | undefined> {
  if (argument === undefined) return undefined;
  const { text, from } = await readText(argument);
  const [resource, ...others] = readResources(text, from);
  if (!resource || others.length > 0) throw new Exit(exitCodes.usage, `${from} is not one resource`);
  return resource;
}

/** What a mesh would do otherwise. It is run all the same: one may want to try a plugin on what it will match later. */
export function filterWarning({ spec }: OnceTarget, resource: Resource): string | undefined {
  const parsed = parseFilter(spec.resourceFilter);
  if (parsed.kind !== "ok" || matcherOf(parsed.filter)(resource)) return undefined;
  return `in a mesh it would not run against this resource: resource_filter = ${spec.resourceFilter} does not match`;
}
