import {
  type Clock,
  messageOf,
  type PluginRecord,
  type PluginReport,
  type PluginSpec,
  type Random,
} from "@ocelli/model";
import type { ModulePlace, Picked } from "./module-place.js";
import { reportOf } from "./plugin-report.js";
import { nextStep, type PluginStep, type PluginView, type Verdict, verdictOn } from "./plugin-step.js";
import type { HostedPlugin, LiveModule } from "./ports.js";
import { backOffMs } from "./supervise.js";

export interface CaseDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly agentId: string;
  placeOf(module: string): ModulePlace;
  readonly onChange: () => void;
}

/** After this long a refused file is looked at again where what it lacks lies outside it, in ms. */
const lookAgainMs = 30_000;

interface FailedStep {
  readonly step: PluginStep<LiveModule>;
  readonly reason: string;
  readonly failures: number;
  readonly untilMs: number;
}

/** One plugin on this agent: takes its steps one by one, until there is nothing left to do. */
export class PluginCase {
  readonly #name: string;
  readonly #deps: CaseDeps;
  readonly #closed = new AbortController();
  #record: PluginRecord | undefined;
  #verdicts: Verdict<LiveModule>[] = [];
  #hosted: { spec: PluginSpec; module: LiveModule; plugin: HostedPlugin } | undefined;
  #failed: FailedStep | undefined;
  #lastError = "";
  #working = false;
  #again = false;

  constructor(name: string, deps: CaseDeps) {
    this.#name = name;
    this.#deps = deps;
  }

  /** What can be worked with now. */
  get hosted(): HostedPlugin | undefined {
    return this.#hosted?.plugin;
  }

  get report(): PluginReport | undefined {
    const { agentId, placeOf } = this.#deps;
    return reportOf(this.#view(), {
      agentId,
      plugin: this.#name,
      troubleOf: (spec) => placeOf(spec.module).trouble(),
      titleOf: (spec) => this.#picked(spec)?.live.title ?? "",
      restartsOf: (spec) => placeOf(spec.module).restarts,
      stepTrouble: this.#failed?.reason ?? "",
      lastError: this.#lastError,
    });
  }

  /** The modules it needs, what serves it now included. */
  get modules(): ReadonlySet<string> {
    const specs = [this.#record?.active, this.#record?.candidate, this.#hosted?.spec];
    return new Set(specs.flatMap((spec) => (spec ? [spec.module] : [])));
  }

  update(record: PluginRecord | undefined): void {
    this.#record = record;
    const revisions = new Set([record?.active?.revision, record?.candidate?.revision]);
    this.#verdicts = this.#verdicts.filter(({ revision }) => revisions.has(revision));
    this.poke();
  }

  /** Something was wrong, but goes on. */
  note(sentence: string): void {
    if (this.#lastError === sentence) return;
    this.#lastError = sentence;
    this.#deps.onChange();
  }

  /** Looks whether there is anything to do. */
  poke(): void {
    this.#again = true;
    if (this.#working || this.#closed.signal.aborted) return;
    this.#working = true;
    void this.#work().finally(() => {
      this.#working = false;
      if (this.#again) this.poke();
    });
  }

  close(): void {
    this.#hosted = undefined;
    this.#closed.abort();
  }

  async #work(): Promise<void> {
    const { signal } = this.#closed;
    while (this.#again && !signal.aborted) {
      this.#again = false;
      const step = nextStep(this.#view());
      if (step.kind === "rest" || this.#isPutOff(step)) continue;
      try {
        await this.#take(step, signal);
        this.#failed = undefined;
      } catch (error) {
        if (signal.aborted) return;
        this.#putOff(step, messageOf(error));
      }
      this.#again = true;
      this.#deps.onChange();
    }
  }

  async #take(step: PluginStep<LiveModule>, signal: AbortSignal): Promise<void> {
    switch (step.kind) {
      case "rest":
        return;
      case "drop":
        this.#hosted = undefined;
        return;
      case "judge": {
        const { spec, module } = step;
        const judgement = await module.judge(spec, signal);
        this.#keep({ revision: spec.revision, module, judgement });
        if (judgement.kind === "refused" && judgement.mayChange) this.#lookAgain(spec.revision);
        return;
      }
      case "host": {
        const { spec, module } = step;
        const problems = await module.configure(spec, signal);
        if (problems.length === 0) this.#host(spec, module);
        else {
          const judgement = { kind: "refused", service: spec.service, problems, mayChange: false } as const;
          this.#keep({ revision: spec.revision, module, judgement });
        }
      }
    }
  }

  #host(spec: PluginSpec, module: LiveModule): void {
    if (this.#closed.signal.aborted) return;
    const judgement = verdictOn({ verdicts: this.#verdicts }, spec, module);
    const picked = this.#picked(spec);
    if (judgement?.kind !== "accepted" || picked?.live !== module) return;
    const plugin: HostedPlugin = {
      spec,
      kind: judgement.service,
      module: picked.work,
      wantsEnrichments: module.wantsEnrichments,
      openSink: (signal) => module.openSink(spec, signal),
    };
    this.#hosted = { spec, module, plugin };
  }

  /** Whether a step failed just now and is to be tried later. */
  #isPutOff(step: PluginStep<LiveModule>): boolean {
    const failed = this.#failed;
    return failed !== undefined && isSame(failed.step, step) && failed.untilMs > this.#deps.clock.monotonicMs();
  }

  #putOff(step: PluginStep<LiveModule>, reason: string): void {
    const { clock, random } = this.#deps;
    const failures = this.#failed && isSame(this.#failed.step, step) ? this.#failed.failures + 1 : 1;
    const waitMs = backOffMs(failures, random);
    this.#failed = { step, reason, failures, untilMs: clock.monotonicMs() + waitMs };
    void clock.sleep(waitMs, this.#closed.signal).then(() => this.poke());
  }

  #keep(verdict: Verdict<LiveModule>): void {
    const others = this.#verdicts.filter(({ revision, module }) => revision !== verdict.revision && module.running);
    this.#verdicts = [...others, verdict];
  }

  #lookAgain(revision: string): void {
    void this.#deps.clock.sleep(lookAgainMs, this.#closed.signal).then(() => {
      this.#verdicts = this.#verdicts.filter((one) => one.revision !== revision || one.judgement.kind === "accepted");
      this.poke();
    });
  }

  #view(): PluginView<LiveModule> {
    return {
      record: this.#record,
      moduleOf: (spec) => this.#picked(spec)?.live,
      isRunning: (module) => module.running,
      verdicts: this.#verdicts,
      hosted: this.#hosted,
    };
  }

  #picked(spec: PluginSpec): Picked | undefined {
    return this.#deps.placeOf(spec.module).pick(this.#name);
  }
}

function isSame(a: PluginStep<LiveModule>, b: PluginStep<LiveModule>): boolean {
  if (a.kind !== b.kind) return false;
  return !("spec" in a && "spec" in b) || (a.spec.revision === b.spec.revision && a.module === b.module);
}
