import { dirname, resolve } from "node:path";
import type { PluginSpec } from "@ocelli/model";
import {
  DescriptionCache,
  hostLimits,
  judge,
  type LinkHost,
  type ModuleLine,
  nodeReferences,
  type ReferenceResolver,
  SettingsShelf,
  type StartOutcome,
  startChild,
} from "@ocelli/module-host";
import { systemClock, version } from "@ocelli/runtime";
import type { AskedModule, ModuleWorld } from "./check-files/check-modules.js";

/** An agent waits this long for a module to answer, unless its settings say otherwise, in ms. */
export const agentStartMs = 10_000;

/** We wait longer, in ms: a module that ends is noticed at once, and one that is slow here may be quick where it runs. */
const startTimeoutMs = 2 * agentStartMs;

/** Starts modules as an agent would, without any mesh. */
export class ModuleStarter {
  readonly #host: LinkHost = {
    clock: systemClock,
    hostVersion: version,
    limits: hostLimits,
    descriptions: new DescriptionCache(),
  };

  start(path: string, signal: AbortSignal, onLine: (line: ModuleLine) => void = () => {}): Promise<StartOutcome> {
    return startChild({ path, host: this.#host, shelf: new SettingsShelf(), onLine, startTimeoutMs }, signal);
  }
}

/** How long a module that is not needed any more may take to finish, in ms. */
export const stopGraceMs = 1_000;

/** Looks references up as an agent of `ocelli up` does, for which OCELLI_DATA is set. */
export function referencesOf({ file }: PluginSpec, data: string): ReferenceResolver {
  return nodeReferences(dirname(file), { OCELLI_DATA: resolve(data), ...process.env });
}

/** Modules that are started as children to be asked about plugin files. Where `signal` aborts, they are ended at once. */
export function childWorld(data: string, signal: AbortSignal): ModuleWorld {
  const starter = new ModuleStarter();
  return {
    resolverOf: (spec) => referencesOf(spec, data),
    async start(path) {
      const outcome = await starter.start(path, signal);
      if (outcome.kind === "failed") return outcome;
      const { module } = outcome;
      const asked: AskedModule = {
        judge: (spec, resolver) => judge(module.link, spec, resolver, signal),
        stop: () => (signal.aborted ? module.kill() : module.stop(stopGraceMs, "the files are checked")),
      };
      return { kind: "up", module: asked };
    },
  };
}
