import { dirname } from "node:path";
import type { Clock, ModuleRecord } from "@ocelli/model";
import {
  type ChildModule,
  DescriptionCache,
  type DialledModule,
  dialModule,
  hostLimits,
  type LinkHost,
  moduleTitle,
  nodeReferences,
  type ReferenceResolver,
  SettingsShelf,
  startChild,
} from "@ocelli/module-host";
import type { ModuleEvents, ModuleSource, ModuleStarter, StartOutcome } from "../domain/ports.js";
import { LinkedModule } from "./linked-module.js";
import { readModuleLine } from "./module-lines.js";

export interface ModuleSourceDeps {
  readonly clock: Clock;
  readonly hostVersion: string;
  readonly startTimeoutMs: number;
  readonly log: ModuleLog;
}

/** The little of a logger that modules' own lines need. */
export type ModuleLog = Readonly<
  Record<"debug" | "info" | "warn" | "error", (fields: object, message: string) => void>
>;

/** Modules as they are: children over `startChild`, stand-alone ones over `dialModule`. */
export function moduleSource({ clock, hostVersion, startTimeoutMs, log }: ModuleSourceDeps): ModuleSource {
  const host: LinkHost = { clock, hostVersion, limits: hostLimits, descriptions: new DescriptionCache() };
  return {
    child(path): ModuleStarter {
      const shelf = new SettingsShelf();
      const module = moduleTitle(path);
      return async (events, signal): Promise<StartOutcome> => {
        const onLine = ({ stream, text }: { stream: "stdout" | "stderr"; text: string }): void => {
          const { level, message, fields } = readModuleLine(stream, text);
          log[level]({ module, ...fields }, message);
        };
        const told = tellingStuck(events, { module }, log);
        const outcome = await startChild({ path, host, shelf, events: told, onLine, startTimeoutMs }, signal);
        if (outcome.kind === "failed") {
          log.warn({ module, reason: outcome.reason }, "module did not start");
          return outcome;
        }
        log.info({ module, pid: outcome.module.pid }, "module is up");
        return { kind: "up", module: linkedChild(outcome.module) };
      };
    },
    service(name) {
      const shelf = new SettingsShelf();
      return (record: ModuleRecord): ModuleStarter =>
        async (events, signal): Promise<StartOutcome> => {
          const { endpoint, instanceId } = record;
          const told = tellingStuck(events, { module: name, instanceId }, log);
          const outcome = await dialModule({ endpoint, name, host, shelf, events: told }, signal);
          if (outcome.kind === "failed") {
            log.warn({ module: name, instanceId, reason: outcome.reason }, "module cannot be reached");
            return { ...outcome, absent: false };
          }
          log.info({ module: name, instanceId, endpoint }, "module is up");
          return { kind: "up", module: linkedService(outcome.module) };
        };
    },
  };
}

/** A module that is ended by force: its log has the reason before it has the end. */
function tellingStuck(events: ModuleEvents, fields: object, log: ModuleLog): ModuleEvents {
  return {
    onNote: events.onNote,
    onStuck: (reason) => {
      log.warn({ ...fields, reason }, "module hangs; it is ended and started again");
      events.onStuck(reason);
    },
  };
}

function linkedChild(module: ChildModule): LinkedModule {
  return new LinkedModule(module.link, referencesOf, {
    ended: module.ended,
    stop: (graceMs) => module.stop(graceMs, "its last plugin is gone, or the agent stops"),
    kill: () => module.kill(),
  });
}

function linkedService(module: DialledModule): LinkedModule {
  const close = async (): Promise<void> => module.close();
  return new LinkedModule(module.link, referencesOf, { ended: module.ended, stop: close, kill: close });
}

/** Secrets of a plugin file are looked up in our environment, and in files beside it. */
function referencesOf(file: string): ReferenceResolver {
  return nodeReferences(dirname(file));
}
