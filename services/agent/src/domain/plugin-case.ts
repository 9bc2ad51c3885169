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
import { nextStep, type PluginView, type Verdict } from "./plugin-step.js";
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

/** One plugin on this agent: takes its steps one by one, until there is nothing left to do. */
export class PluginCase {
  readonly #name: string;
  readonly #deps: CaseDeps;
  readonly #closed = new AbortController();
  #record: PluginRecord | undefined;
  #verdicts: Verdict<LiveModule>[] = [];
  #hosted: { spec: PluginSpec; module: LiveModule; plugin: HostedPlugin } | undefined;
  #trouble = "";
  #failures = 0;
  #retryAtMs = 0;
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
      stepTrouble: this.#trouble,
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
      let changed = true;
      const waitMs = this.#retryAtMs - this.#deps.clock.monotonicMs();
      try {
        if (waitMs > 0 && nextStep(this.#view()).kind !== "drop") this.#pokeAfter(waitMs);
        else changed = await this.#step(signal);
        if (changed && waitMs <= 0) this.#again = true;
      } catch (error) {
        if (signal.aborted) return;
        this.#failures += 1;
        this.#trouble = messageOf(error);
        this.#retryAtMs = this.#deps.clock.monotonicMs() + backOffMs(this.#failures, this.#deps.random);
        this.#again = true;
      }
      if (changed) this.#deps.onChange();
    }
  }

  /** Takes one step. False where there is none. */
  async #step(signal: AbortSignal): Promise<boolean> {
    const step = nextStep(this.#view());
    switch (step.kind) {
      case "rest":
        return false;
      case "drop":
        this.#hosted = undefined;
        break;
      case "judge": {
        const judgement = await step.module.judge(step.spec, signal);
        this.#keep({ revision: step.spec.revision, module: step.module, judgement });
        if (judgement.kind === "refused" && judgement.mayChange) this.#lookAgain(step.spec.revision);
        break;
      }
      case "host": {
        const problems = await step.module.configure(step.spec, signal);
        if (problems.length > 0) {
          const service = step.spec.service;
          const judgement = { kind: "refused", service, problems, mayChange: false } as const;
          this.#keep({ revision: step.spec.revision, module: step.module, judgement });
        } else this.#host(step.spec, step.module);
        break;
      }
    }
    this.#trouble = "";
    this.#failures = 0;
    return true;
  }

  #host(spec: PluginSpec, module: LiveModule): void {
    const verdict = this.#verdicts.find((one) => one.revision === spec.revision && one.module === module);
    if (this.#closed.signal.aborted || verdict?.judgement.kind !== "accepted" || picked?.live !== module) return;
    const plugin: HostedPlugin = {
      spec,
      kind: verdict.judgement.service,
      module: picked.work,
      wantsEnrichments: module.wantsEnrichments,
      openSink: (signal) => module.openSink(spec, signal),
    };
    this.#hosted = { spec, module, plugin };
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

  #pokeAfter(waitMs: number): void {
    void this.#deps.clock.sleep(waitMs, this.#closed.signal).then(() => this.poke());
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
