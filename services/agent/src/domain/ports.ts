import type { Kind, ModuleLimits, ModuleRecord, PluginRecord, PluginReport, PluginSpec, Problem } from "@ocelli/model";
import type { WorkModule, WorkPlugin } from "./run-ports.js";
import type { SinkWriter } from "./sink-driver.js";

/** Something whose whole state can be read at any time, and that tells when it changed. */
export interface Feed<T> {
  records(): readonly T[];
  /** Returns what ends the listening. */
  onChange(listener: () => void): () => void;
}

/** The plugins as the registry keeps them. */
export type PluginFeed = Feed<PluginRecord>;

/** The stand-alone modules that registered. */
export type ModuleFeed = Feed<ModuleRecord>;

/** A module that answers, for work. Plugins of one module share it. It takes any number of items: what does not fit one
 *  call travels in several. Every item gets exactly one last answer, whatever the module does. */
export interface HostedModule extends WorkModule {
  /** Name and version, for people. */
  readonly title: string;
  readonly limits: ModuleLimits;
}

/** A plugin that is ready here. A new object stands for a new revision or another process of its module: sinks are to be
 *  opened again then. */
export interface HostedPlugin extends WorkPlugin {
  readonly module: HostedModule;
  /** Opens the stream of results of a sink plugin. Writes end after the plugin's timeout. */
  openSink(signal: AbortSignal): Promise<SinkWriter>;
}

/** The plugins this agent can run now, and what it says of the others. */
export interface HostedPlugins {
  ready(): ReadonlyMap<string, HostedPlugin>;
  status(): readonly PluginReport[];
  /** Tells whenever `ready` or `status` changed. */
  onChange(listener: () => void): () => void;
  /** Ends all modules; what runs may take `graceMs`. Leaves no process behind. */
  close(graceMs: number): Promise<void>;
}

/** What a module makes of a plugin file. */
export type Judgement =
  | { readonly kind: "accepted"; readonly service: Kind; readonly warnings: readonly Problem[] }
  | {
      readonly kind: "refused";
      readonly service: Kind | undefined;
      readonly problems: readonly Problem[];
      /** Something outside the file was missing: the same file may be right later. */
      readonly mayChange: boolean;
    };

/** A module that shook hands: all an agent does with it. */
export interface LiveModule extends HostedModule {
  readonly wantsEnrichments: readonly string[];
  /** Throws OcelliError where the module does not answer. */
  judge(spec: PluginSpec, signal: AbortSignal): Promise<Judgement>;
  /** Applies the settings of a plugin it accepted. Problems mean that they were not applied. */
  configure(spec: PluginSpec, signal: AbortSignal): Promise<readonly Problem[]>;
  openSink(spec: PluginSpec, signal: AbortSignal): Promise<SinkWriter>;
  /** False once it cannot be used any more. */
  readonly running: boolean;
  /** Resolves with why, once it cannot be used any more. */
  readonly ended: Promise<string>;
  stop(graceMs: number): Promise<void>;
  /** Ends it at once, with everything it started. */
  kill(): Promise<void>;
}

export type StartOutcome =
  | { readonly kind: "up"; readonly module: LiveModule }
  /** `absent`: it is not on this machine at all. */
  | { readonly kind: "failed"; readonly absent: boolean; readonly reason: string };

/** What a module does besides answering. */
export interface ModuleEvents {
  /** Something was wrong with what was done for these plugins, but the module goes on. */
  onNote(plugins: readonly string[], sentence: string): void;
  /** It ignores a deadline or a cancelled call. */
  onStuck(sentence: string): void;
}

/** Starts or dials one module, each time anew. */
export type ModuleStarter = (events: ModuleEvents, signal: AbortSignal) => Promise<StartOutcome>;

/** Where modules come from. */
export interface ModuleSource {
  /** A file or folder on this machine. */
  child(path: string): ModuleStarter;
  /** Starters of one stand-alone module's replicas, which share what they know of its plugins. */
  service(name: string): (record: ModuleRecord) => ModuleStarter;
}
