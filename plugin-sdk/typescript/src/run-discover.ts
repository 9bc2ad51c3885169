import type { DiscoverySummary, Resource } from "@ocelli/model";
import { checkResource } from "./check-resource.js";
import type { PluginModule } from "./define-plugin.js";
import { isObject, kindOf } from "./json-kind.js";
import { PollFault } from "./poll-fault.js";
import { type DiscoverContext, extendContext, type RunContext } from "./run-context.js";
import { type RunDeps, type RunFacts, type RunOutcome, runOne } from "./run-one.js";
import { blame, WrongValue } from "./wrong-value.js";

export interface DiscoverSink {
  resource(resource: Resource): Promise<void>;
  partial(scope: string, fault: PollFault): void;
}

/** Discovers. Complete only where nothing failed: a wrong resource is left out with a fault of its own. */
export async function runDiscover(
  module: PluginModule,
  facts: RunFacts,
  deps: RunDeps,
  sink: DiscoverSink,
  signal: AbortSignal,
): Promise<{ readonly outcome: RunOutcome; readonly summary: DiscoverySummary }> {
  const seen = new Set<string>();
  const failed = new Set<string>();
  let scopes: readonly string[] = [];
  let complete = true;
  const partial = (scope: string, fault: PollFault): void => {
    complete = false;
    failed.add(scope);
    sink.partial(scope, fault);
  };
  const take = async (value: unknown): Promise<void> => {
    const resource = checkResource(value);
    if (seen.has(resource.id)) throw new WrongValue(`resource ${JSON.stringify(resource.id)} comes twice`);
    seen.add(resource.id);
    await sink.resource(resource);
  };
  const work = async (base: RunContext): Promise<void> => {
    const ctx: DiscoverContext = extendContext(base, {
      partial,
      scopes: (sites: readonly string[]) => {
        scopes = [...sites];
      },
    });
    const found: unknown = module.discover?.(ctx);
    if (!isObject(found) || !(Symbol.asyncIterator in found)) {
      throw new WrongValue(`discover returned ${kindOf(found)}: write it as async *discover(ctx) { yield … }`);
    }
    for await (const value of found as unknown as AsyncIterable<unknown>) {
      if (ctx.signal.aborted) return;
      await blame(facts.plugin, undefined, () => take(value)).catch((error: unknown) => {
        if (!(error instanceof PollFault)) throw error;
        deps.log.error({ err: error }, "resource refused");
        partial(isObject(value) && typeof value["site"] === "string" ? value["site"] : "", error);
      });
    }
  };
  const outcome = await runOne(facts, deps, (ctx) => blame(facts.plugin, undefined, () => work(ctx)), signal);
  if (outcome.fault) partial("", outcome.fault);
  return { outcome, summary: { complete, resources: seen.size, scopes: scopes.filter((site) => !failed.has(site)) } };
}
