import type { PluginRecord, PluginSpec } from "@ocelli/model";
import type { Judgement } from "./ports.js";

/** What a module said of one revision of a plugin. `Module` is any handle of a running module. */
export interface Verdict<Module> {
  readonly revision: string;
  readonly module: Module;
  readonly judgement: Judgement;
}

/** Where one plugin stands on this agent. */
export interface PluginView<Module> {
  /** Undefined once the plugin is gone. */
  readonly record: PluginRecord | undefined;
  /** The running module of a spec; undefined while there is none. */
  readonly moduleOf: (spec: PluginSpec) => Module | undefined;
  readonly isRunning: (module: Module) => boolean;
  readonly verdicts: readonly Verdict<Module>[];
  /** What serves it now. */
  readonly hosted: { readonly spec: PluginSpec; readonly module: Module } | undefined;
}

export type PluginStep<Module> =
  /** It cannot go on with what serves it now. */
  | { readonly kind: "drop" }
  | { readonly kind: "judge"; readonly spec: PluginSpec; readonly module: Module }
  /** The active revision was accepted: apply its settings and serve it from there. */
  | { readonly kind: "host"; readonly spec: PluginSpec; readonly module: Module }
  | { readonly kind: "rest" };

/** What to do next for a plugin. What serves it now goes on until its successor is configured, unless its process is gone,
 *  the plugin is gone, or the active revision was refused. */
export function nextStep<Module>(view: PluginView<Module>): PluginStep<Module> {
  const { record, hosted, moduleOf, isRunning } = view;
  const { active, candidate } = record ?? {};
  if (hosted && (!active || !isRunning(hosted.module) || moduleOf(hosted.spec) === undefined)) return { kind: "drop" };
  if (active) {
    const module = moduleOf(active);
    const serves = hosted?.spec.revision === active.revision && hosted.module === module;
    if (module !== undefined && !serves) {
      const judgement = verdictOn(view, active, module);
      if (!judgement) return { kind: "judge", spec: active, module };
      if (judgement.kind === "accepted") return { kind: "host", spec: active, module };
      if (hosted) return { kind: "drop" };
    }
  }
  if (candidate) {
    const module = moduleOf(candidate);
    if (module !== undefined && !verdictOn(view, candidate, module)) return { kind: "judge", spec: candidate, module };
  }
  return { kind: "rest" };
}

/** What a module said of a spec, where it was asked. */
export function verdictOn<Module>(
  view: Pick<PluginView<Module>, "verdicts">,
  spec: PluginSpec,
  module: Module,
): Judgement | undefined {
  return view.verdicts.find((one) => one.revision === spec.revision && one.module === module)?.judgement;
}
