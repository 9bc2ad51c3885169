import { type DiscoverySummary, isJsonObject, type Resource } from "@ocelli/model";
import type { CallScope } from "./call-scope.js";
import { checkResource } from "./check-resource.js";
import { aTurn, turnEvery } from "./collect.js";
import type { PluginModule } from "./define-plugin.js";
import { kindOf } from "./json-kind.js";
import { PollFault } from "./poll-fault.js";
import type { RunDeps, RunFacts } from "./run.js";
import { type RunOutcome, runOne } from "./run-one.js";
import { DiscoverRun } from "./service-runs.js";
import { faultOfThrown, logFault, WrongValue } from "./wrong-value.js";

export interface DiscoverSink {
  resource(resource: Resource): Promise<void> | undefined;
  partial(scope: string, fault: PollFault): void;
}

/** So many resources are refused one by one; of more only the number is told. */
const refusedMost = 20;

/** Discovers. Complete only where nothing failed: a wrong resource is left out with a fault of its own. */
export async function runDiscover(
  module: PluginModule,
  facts: RunFacts,
  deps: RunDeps,
  sink: DiscoverSink,
  scope: CallScope,
): Promise<{ readonly outcome: RunOutcome; readonly summary: DiscoverySummary }> {
  const author = { what: "discover", plugin: facts.plugin, code: module.discover, definedAt: module.definedAt };
  const seen = new Set<string>();
  const failed = new Set<string>();
  let scopes: readonly string[] = [];
  let complete = true;
  let refused = 0;
  const partial = (site: string, fault: PollFault): void => {
    complete = false;
    failed.add(site);
    sink.partial(site, fault);
  };
  const hears = {
    partial,
    scopes: (sites: readonly string[]) => {
      scopes = [...sites];
    },
  };
  const run = new DiscoverRun(facts, deps, author, hears);
  const take = (value: unknown): Promise<void> | undefined => {
    const resource = checkResource(value);
    if (seen.has(resource.id)) throw new WrongValue(`resource ${JSON.stringify(resource.id)} comes twice`);
    seen.add(resource.id);
    return sink.resource(resource);
  };
  const refuse = (value: unknown, error: unknown): void => {
    if (!(error instanceof WrongValue)) throw error;
    refused += 1;
    const site = isJsonObject(value) && typeof value["site"] === "string" ? value["site"] : "";
    failed.add(site);
    if (refused > refusedMost) return;
    const fault = faultOfThrown(error, author);
    logFault(deps.log, fault, "resource refused");
    partial(site, fault);
  };
  const work = async (): Promise<void> => {
    const found: unknown = module.discover?.(run);
    if (!isJsonObject(found) || !(Symbol.asyncIterator in found)) {
      throw new WrongValue(`discover returned ${kindOf(found)}: write it as async *discover(ctx) { yield … }`);
    }
    for await (const value of found as unknown as AsyncIterable<unknown>) {
      if (run.stopped) return;
      run.brought += 1;
      let room: Promise<void> | undefined;
      try {
        room = take(value);
      } catch (error) {
        refuse(value, error);
      }
      if (room !== undefined) await room;
      else if (run.brought % turnEvery === 0) await aTurn();
    }
  };
  const outcome = await runOne(run, author, work, scope);
  if (refused > refusedMost) partial("", new PollFault("internal", `${refused - refusedMost} more were refused`));
  if (outcome.fault) partial("", outcome.fault);
  return { outcome, summary: { complete, resources: seen.size, scopes: scopes.filter((site) => !failed.has(site)) } };
}
