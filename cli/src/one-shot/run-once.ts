import { type Clock, type EnrichmentSet, type Kind, messageOf, type PluginSpec, type Resource } from "@ocelli/model";
import { chooseService, judge, type ModuleLine, type ModuleLink, sourceOf } from "@ocelli/module-host";
import { findings, findingText } from "../check-files/finding.js";
import { ModuleStarter, referencesOf } from "../child-modules.js";
import { Exit, exitCodes } from "../exit-codes.js";
import type { Found } from "../views/found-text.js";
import { discoverOnce, enrichOnce, onceRun, pollOnce } from "./ask-module.js";
import { ownFacts, wantedNamespaces } from "./known-facts.js";
import { refused } from "./target.js";
import { withModule } from "./with-module.js";
import { sampleResults, writeOnce } from "./write-once.js";

export interface OnceWish {
  readonly spec: PluginSpec;
  readonly resource: Resource | undefined;
  /** What it is run against where no resource was named and the service needs one. */
  readonly fixture?: Resource | undefined;
  /** Whether a sink is given sample records; else it is refused. */
  readonly sinks?: boolean;
  readonly enrichments: readonly EnrichmentSet[];
  /** The data directory, which plugin files may refer to. */
  readonly data: string;
  readonly clock: Clock;
  readonly say: (sentence: string) => void;
  readonly onLine: ((line: ModuleLine) => void) | undefined;
}

export interface OnceOutcome {
  readonly found: Found;
  /** What it ran against; undefined for a discovery. */
  readonly resource: Resource | undefined;
  /** Name and version. */
  readonly module: string;
  /** Of the call alone, without the start of the module. */
  readonly tookMs: number;
}

/** Starts the module, configures it, asks it once, and ends it. Throws an Exit where it does not come to an answer. */
export async function runOnce(wish: OnceWish, signal: AbortSignal): Promise<OnceOutcome> {
  const { spec, onLine } = wish;
  const start = (stop: AbortSignal) => new ModuleStarter().start(spec.module, stop, onLine);
  const use = (link: ModuleLink) => askConfigured(link, wish, signal);
  return await withModule({ start, use, endReason: "the run is over" }, signal);
}

async function askConfigured(link: ModuleLink, wish: OnceWish, signal: AbortSignal): Promise<OnceOutcome> {
  const given = wish.resource ?? wish.fixture;
  const service = wish.spec.service ?? likelyService(link.description.services, given !== undefined);
  const spec = { ...wish.spec, service };
  const chosen = chooseService(service, link.description.services, link.title);
  if (chosen.kind === "service") refuseWrongUse(chosen.service, wish);
  const resource = chosen.kind === "service" && chosen.service === "discovery" ? undefined : given;
  const judgement = await judge(link, spec, referencesOf(spec, wish.data), signal);
  if (judgement.kind === "refused") throw refused(findings("error", judgement.problems).map(findingText));
  for (const warning of findings("warning", judgement.warnings)) wish.say(findingText(warning));
  const kind = judgement.service;
  const revision = { plugin: spec.name, revision: spec.revision };
  const problems = await link.configure(revision, judgement.settings, sourceOf(spec), signal);
  if (problems.length > 0) throw refused(findings("error", problems).map(findingText));
  try {
    return { module: link.title, resource, ...(await timed(link, kind, { ...wish, spec, resource }, signal)) };
  } catch (error) {
    if (error instanceof Exit || signal.aborted) throw error;
    throw new Exit(exitCodes.bad, `the module failed: ${messageOf(error)}`, { cause: error });
  }
}

/** Of a module with several services, the one that fits what was given. Undefined leaves it to the module's judgement. */
function likelyService(services: readonly Kind[], hasResource: boolean): Kind | undefined {
  const likely: readonly Kind[] = hasResource ? ["polling", "enrichment"] : ["discovery"];
  return likely.find((kind) => services.includes(kind));
}

function refuseWrongUse(kind: Kind, { spec: { name }, resource, fixture, sinks = false }: OnceWish): void {
  if (kind === "sink" && !sinks) {
    const why = `${name} is a sink: it delivers what others find, and there is nothing to run once`;
    throw new Exit(exitCodes.usage, `${why}; "ocelli plugin run" gives it sample results`);
  }
  if (kind === "discovery" && resource) {
    throw new Exit(exitCodes.usage, `${name} discovers resources and runs against none: leave --resource out`);
  }
  if (kind !== "discovery" && kind !== "sink" && !resource && !fixture) {
    const example = `'{"id": "sw-1", "endpoint": "10.0.0.1"}'`;
    throw new Exit(exitCodes.usage, `${name} needs a resource: --resource FILE, or --resource ${example}`);
  }
}

const sampleResource: Resource = {
  ...{ id: "sensor-1", site: "lab", class: "sensor", subclass: "", type: "", endpoint: "127.0.0.1" },
  ...{ metadata: {}, parents: [], ttlS: 0 },
};

async function timed(
  link: ModuleLink,
  kind: Kind,
  wish: OnceWish,
  signal: AbortSignal,
): Promise<{ found: Found; tookMs: number }> {
  const { spec, resource, clock, say } = wish;
  const run = onceRun({ plugin: spec.name, ...spec }, clock);
  if (kind === "sink") {
    const startedMs = clock.monotonicMs();
    const results = sampleResults(resource ?? sampleResource, clock.nowMs());
    const found = await writeOnce(link, run, results, spec.timeoutMs, signal);
    return { found, tookMs: clock.monotonicMs() - startedMs };
  }
  if (!resource) {
    const startedMs = clock.monotonicMs();
    const found = await discoverOnce(link, run, say, signal);
    return { found, tookMs: clock.monotonicMs() - startedMs };
  }
  const wanted = kind === "polling" ? wantedNamespaces(spec.preload, link.description.wantsEnrichments) : [];
  const bare = { run, resource, enrichments: wish.enrichments };
  const own = await ownFacts(link, wanted, bare, say, signal);
  const item = { ...bare, enrichments: [...wish.enrichments, ...own] };
  const startedMs = clock.monotonicMs();
  const found = await (kind === "polling" ? pollOnce : enrichOnce)(link, item, signal);
  return { found, tookMs: clock.monotonicMs() - startedMs };
}
