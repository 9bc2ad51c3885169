import type { Kind, Resource, Result } from "@ocelli/model";
import { z } from "zod";
import { callerPlace } from "./author-place.js";
import type { DiscoverContext, ResourceContext, SinkContext } from "./run-context.js";
import type { Diagnostic } from "./settings.js";
import type { Enrichment, FoundResource, Group } from "./values.js";

/** One result and its place in the stream. It may come again after a crash: mesh and position tell. */
export interface SinkRecord {
  readonly mesh: string;
  /** Grows, with gaps. */
  readonly position: number;
  readonly result: Result;
}

/** A record that can never be stored. */
export interface RefusedRecord {
  readonly position: number;
  readonly reason: string;
}

export interface SinkWriter {
  /** Resolves once the records are stored; may name records that never can be. Throws to get all of them again. */
  write(
    records: readonly SinkRecord[],
    signal: AbortSignal,
  ): Promise<readonly RefusedRecord[] | undefined> | Promise<void>;
  close?(): Promise<void> | void;
}

/** A list, a promise of one, or a generator of either kind. */
type Many<T> = Promise<Iterable<T>> | Iterable<T> | AsyncIterable<T>;

/** What an author writes. At least one of discover, enrich, poll and sink. */
export interface PluginDefinition<Schema extends z.ZodType> {
  readonly name: string;
  /** Semver. */
  readonly version: string;
  /** One sentence for people. */
  readonly description: string;
  /** An object of sections, as in the plugin file. None are known where it is left out. */
  readonly settings?: Schema;
  /** What the schema cannot say. */
  validate?(settings: z.output<Schema>): readonly Diagnostic[] | Promise<readonly Diagnostic[]>;
  /** Yields what exists. The end of it, without a fault, says that this was everything. */
  discover?(ctx: DiscoverContext<z.output<Schema>>): AsyncIterable<FoundResource>;
  /** Facts about a resource. */
  enrich?(resource: Resource, ctx: ResourceContext<z.output<Schema>>): Many<Enrichment>;
  /** Metrics of a resource: a list of groups, or a generator of them where there are many. */
  poll?(resource: Resource, ctx: ResourceContext<z.output<Schema>>): Many<Group>;
  /** Delivers results. Opened once for each plugin and revision of its settings, closed before the next one opens. */
  readonly sink?: {
    open(settings: z.output<Schema>, ctx: SinkContext): Promise<SinkWriter> | SinkWriter;
  };
  readonly emitsResourceTypes?: readonly string[];
  readonly emitsEnrichments?: readonly string[];
  /** Namespaces that polling wants with each resource, where the plugin file does not say otherwise. */
  readonly wantsEnrichments?: readonly string[];
  readonly typicalDurationMs?: number;
  readonly longestDurationMs?: number;
  /** True where running twice does no harm to the device. */
  readonly repeatIsHarmless?: boolean;
  /** How many items of one call run at a time; 50 where it is not said. */
  readonly concurrency?: number;
}

/** A definition that was looked at, for `serve` and `testPlugin`. */
export interface PluginModule extends PluginDefinition<z.ZodType> {
  readonly settings: z.ZodType;
  readonly services: readonly Kind[];
  readonly concurrency: number;
  /** Where the author defined it, as `callerPlace` gives it. */
  readonly definedAt: string | undefined;
}

const defaultConcurrency = 50;

/** Checks a definition. Throws TypeError with everything that is missing, at once. */
export function definePlugin<Schema extends z.ZodType = z.ZodObject<Record<never, never>>>(
  definition: PluginDefinition<Schema>,
): PluginModule {
  const { name, version, concurrency = defaultConcurrency } = definition;
  const services = servicesOf(definition);
  const problems: string[] = [];
  if (!name) problems.push("name is empty");
  if (!/^\d+\.\d+\.\d+/.test(version ?? "")) problems.push(`version "${version}" is not like 1.2.3`);
  if (services.length === 0) problems.push("it has none of discover, enrich, poll and sink");
  if (!Number.isInteger(concurrency) || concurrency < 1) problems.push(`concurrency ${concurrency} is less than 1`);
  if (problems.length > 0) {
    const error = new TypeError(`plugin module ${name || "without a name"}: ${problems.join("; ")}`);
    Error.captureStackTrace(error, definePlugin); // Its stack begins with the author's line.
    throw error;
  }
  const settings: z.ZodType = definition.settings ?? z.strictObject({});
  return { ...definition, settings, services, concurrency, definedAt: callerPlace() };
}

function servicesOf(definition: PluginDefinition<z.ZodType>): Kind[] {
  const services: Kind[] = [];
  if (definition.discover) services.push("discovery");
  if (definition.enrich) services.push("enrichment");
  if (definition.poll) services.push("polling");
  if (definition.sink) services.push("sink");
  return services;
}
