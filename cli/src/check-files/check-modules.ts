import type { PluginSpec, Problem } from "@ocelli/model";
import { messageOf } from "@ocelli/model";
import type { Judgement, Reference, ReferenceResolver } from "@ocelli/module-host";
import { type Finding, findings } from "./finding.js";

/** A module that was started to be asked about plugin files. */
export interface AskedModule {
  judge(spec: PluginSpec, resolver: ReferenceResolver): Promise<Judgement>;
  stop(): Promise<void>;
}

export interface ModuleWorld {
  /** Starts a module, or says why it cannot be started. */
  start(path: string): Promise<{ kind: "up"; module: AskedModule } | { kind: "failed"; reason: string }>;
  /** Where `${env:X}` and `${file:/x}` of a file are looked up. */
  resolverOf(spec: PluginSpec): ReferenceResolver;
}

const atOnce = 3;

/** Asks each file's module what it makes of the file. Each module is started once, however many files use it. Those that
 *  register themselves are left out. */
export async function checkModules(specs: readonly PluginSpec[], world: ModuleWorld): Promise<Finding[]> {
  const byModule = new Map<string, PluginSpec[]>();
  for (const spec of specs) {
    if (!isOwnModule(spec)) byModule.set(spec.module, [...(byModule.get(spec.module) ?? []), spec]);
  }
  const waiting = [...byModule];
  const found: Finding[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) found.push(...(await checkModule(...next, world)));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return found;
}

/** Whether the module of a file starts by itself and registers. */
export function isOwnModule({ module }: PluginSpec): boolean {
  return module.startsWith("service:");
}

async function checkModule(path: string, specs: readonly PluginSpec[], world: ModuleWorld): Promise<Finding[]> {
  const started = await world.start(path);
  if (started.kind === "failed")
    return specs.map((spec) => error(spec, `its module cannot be used: ${started.reason}`));
  const found: Finding[] = [];
  try {
    for (const spec of specs) found.push(...(await checkSpec(started.module, spec, world)));
  } finally {
    await started.module.stop();
  }
  return found;
}

async function checkSpec(module: AskedModule, spec: PluginSpec, world: ModuleWorld): Promise<Finding[]> {
  const missing: string[] = [];
  const resolve = world.resolverOf(spec);
  const resolver = async (reference: Reference) => {
    const outcome = await resolve(reference);
    if (outcome.kind === "missing") missing.push(outcome.why);
    return outcome;
  };
  try {
    const judgement = await module.judge(spec, resolver);
    if (judgement.kind === "accepted") return findings("warning", judgement.warnings);
    return judgement.problems.map((problem) => severityOf(problem, missing));
  } catch (thrown) {
    return [error(spec, `its module did not say what it makes of the settings: ${messageOf(thrown)}`)];
  }
}

/** A secret that is missing here may well be there where the agent runs: the file is not wrong for it. */
function severityOf(problem: Problem, missing: readonly string[]): Finding {
  const isMissing = missing.some((why) => problem.message.endsWith(why));
  if (!isMissing) return { severity: "error", ...problem };
  return { severity: "warning", ...problem, message: `${problem.message} here; the agents need it` };
}

function error({ file }: PluginSpec, message: string): Finding {
  return { severity: "error", file, line: 0, message };
}
