import { type Clock, type Kind, linkSignals, messageOf, type WorkItem } from "@ocelli/model";
import type { ChildModule, ModuleLine } from "@ocelli/module-host";
import { ModuleStarter, stopGraceMs } from "../child-modules.js";
import { span } from "../display/span.js";
import { Exit, exitCodes } from "../exit-codes.js";
import { type Answered, askShadow } from "./ask-shadow.js";
import { configureShadow, type ShadowSettings } from "./configure-shadow.js";

export interface ShadowWish extends ShadowSettings {
  readonly clock: Clock;
  readonly onLine: ((line: ModuleLine) => void) | undefined;
}

export type ShadowEnd =
  | { readonly kind: "answered"; readonly answered: Answered; readonly tookMs: number }
  /** It did not come to an answer, and nothing of it goes on. */
  | { readonly kind: "ended"; readonly why: string };

interface Running {
  readonly module: ChildModule;
  readonly kind: Exclude<Kind, "sink">;
  isUp: boolean;
  /** Why we ended it. */
  killedFor: string | undefined;
}

/** After a module ended by itself, how long until it is started again, in ms: doubled each time, up to the last. */
const [againMs, againMostMs] = [1_000, 30_000];

/** The module under development: started when it is needed, asked like a live one, and ended where it does not end a run in
 *  time, as no other way is sure to keep it from the device. */
export class ShadowModule {
  readonly #wish: ShadowWish;
  #running: Running | undefined;
  #starting: Promise<Running> | undefined;
  #failures = 0;
  #notBeforeMs = 0;

  constructor(wish: ShadowWish) {
    this.#wish = wish;
  }

  /** Name and version; undefined while it does not run. */
  get title(): string | undefined {
    return this.#running?.module.link.title;
  }

  get wantsEnrichments(): readonly string[] {
    return this.#running?.module.link.description.wantsEnrichments ?? [];
  }

  get isUp(): boolean {
    return this.#running?.isUp ?? false;
  }

  /** It does not run, and is not to be started yet. */
  get rests(): boolean {
    return !this.isUp && this.#wish.clock.monotonicMs() < this.#notBeforeMs;
  }

  /** Starts and configures it, unless it runs. Throws an Exit that says what is wrong with it. */
  async start(signal: AbortSignal): Promise<Exclude<Kind, "sink">> {
    if (this.#running?.isUp) return this.#running.kind;
    this.#starting ??= this.#start(signal).finally(() => {
      this.#starting = undefined;
    });
    try {
      return (await this.#starting).kind;
    } catch (error) {
      this.#rest();
      throw error;
    }
  }

  /** Asks it. `lateMs` after the deadline it is ended. Where `signal` aborts as well. */
  async ask(
    item: WorkItem,
    { endMs, lateMs }: { endMs: number; lateMs: number },
    signal: AbortSignal,
  ): Promise<ShadowEnd> {
    const running = this.#running;
    if (!running?.isUp) return { kind: "ended", why: "the module does not run" };
    const { clock } = this.#wish;
    const startedMs = clock.monotonicMs();
    using asking = linkSignals(signal);
    let dueMs = startedMs + item.run.deadlineMs;
    // More time is given up to the instant the device is needed by somebody else.
    const grant = (_item: number, extendMs: number): number => {
      const nowMs = clock.monotonicMs();
      const wantedMs = Math.min(nowMs + extendMs, startedMs + endMs);
      if (wantedMs <= dueMs) return 0;
      dueMs = wantedMs;
      return dueMs - nowMs;
    };
    let isLate = false;
    const watch = async (): Promise<void> => {
      while (clock.monotonicMs() < dueMs + lateMs && !asking.signal.aborted)
        await clock.sleep(dueMs + lateMs - clock.monotonicMs(), asking.signal);
      if (asking.signal.aborted) return;
      isLate = true;
      asking.abort();
    };
    const watching = watch();
    try {
      const answered = await askShadow(running.module.link, running.kind, item, { grant }, asking.signal);
      if (running.killedFor !== undefined) return { kind: "ended", why: running.killedFor };
      if (answered) this.#failures = 0;
      if (answered) return { kind: "answered", answered, tookMs: clock.monotonicMs() - startedMs };
    } catch (error) {
      return { kind: "ended", why: messageOf(error) };
    } finally {
      asking.abort();
      await watching;
    }
    const tookMs = clock.monotonicMs() - startedMs;
    if (!isLate) {
      await this.kill("the run was stopped");
      return { kind: "ended", why: "the run was stopped" };
    }
    await this.kill("the module was ended for another run, which went on past its deadline");
    return { kind: "answered", answered: unanswered(running.kind, tookMs), tookMs };
  }

  /** Ends it and whatever it does, at once. It is started again when it is needed. */
  async kill(why: string): Promise<void> {
    const running = this.#running;
    if (!running) return;
    running.isUp = false;
    running.killedFor ??= why;
    await running.module.kill();
  }

  /** Ends it, for good. */
  async stop(): Promise<void> {
    await this.#starting?.catch(() => {});
    const running = this.#running;
    if (!running) return;
    const wasUp = running.isUp;
    running.isUp = false;
    await (wasUp ? running.module.stop(stopGraceMs, "the shadow is over") : running.module.kill());
  }

  async #start(signal: AbortSignal): Promise<Running> {
    const { spec, onLine, say } = this.#wish;
    const started = await new ModuleStarter().start(spec.module, signal, onLine);
    if (started.kind === "failed") {
      throw signal.aborted
        ? new Exit(exitCodes.interrupted)
        : new Exit(exitCodes.bad, `the module cannot be used: ${started.reason}`);
    }
    const { module } = started;
    try {
      const running = {
        module,
        kind: await configureShadow(module.link, this.#wish, signal),
        isUp: true,
        killedFor: undefined,
      };
      this.#running = running;
      void module.ended.then((reason) => {
        if (!running.isUp) return;
        running.isUp = false;
        this.#rest();
        say(`the module ended by itself and is started again: ${reason}`);
      });
      return running;
    } catch (error) {
      await module.kill();
      throw error;
    }
  }

  #rest(): void {
    const waitMs = Math.min(againMostMs, againMs * 2 ** this.#failures);
    this.#failures += 1;
    this.#notBeforeMs = this.#wish.clock.monotonicMs() + waitMs;
  }
}

/** As an agent says it, save that it would have waited for the module. */
function unanswered(kind: Exclude<Kind, "sink">, tookMs: number): Answered {
  const message = `no answer ${span(tookMs)} after it was asked; the module was ended, to keep it from the device`;
  const fault = { message, origin: "plugin", retry: "next_slot", scope: "item", status: "timeout" } as const;
  return { found: { kind, status: "timeout", fault, groups: [], sets: [], discovery: undefined }, state: undefined };
}
