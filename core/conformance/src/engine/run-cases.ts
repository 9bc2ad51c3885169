import { kindWords } from "@ocelli/codec";
import { type Kind, kinds, linkSignals } from "@ocelli/model";
import type { Fixture } from "../fixture/fixture.js";
import type { LaunchHost } from "../launch/launch.js";
import type { Mode, RunningModule } from "../launch/running-module.js";
import { knobsOf } from "../work/knobs.js";
import { Worker } from "../work/worker.js";
import type { Bench } from "./bench.js";
import type { Case, Trial } from "./case.js";
import type { Random } from "./random.js";
import type { Timings } from "./timings.js";
import { Broken, NotApplicable, type Outcome, seenOf } from "./verdict.js";

export interface RunPlan {
  readonly bench: Bench;
  readonly cases: readonly Case[];
  /** The case that says whether there is a module at all. */
  readonly startCase: string;
  readonly fixture: Fixture;
  readonly timings: Timings;
  readonly random: Random;
  readonly host: LaunchHost | undefined;
  readonly onOutcome: (mode: Mode, one: Case, outcome: Outcome) => void;
}

/** Tries the cases one after the other in one way of starting. Leaves no process behind. */
export async function runCases(plan: RunPlan, signal: AbortSignal): Promise<Map<string, Outcome>> {
  const { bench, cases, onOutcome } = plan;
  const outcomes = new Map<string, Outcome>();
  const blocked = new Set<string>();
  const memo = new Map<string, Promise<unknown>>();
  let notStarted: string | undefined;
  try {
    for (const one of cases) {
      if (signal.aborted) break;
      const left = leftOut(one, bench.mode, outcomes, blocked, notStarted);
      const outcome = left ?? (await tryCase(one, plan, memo, signal));
      if (one.id === plan.startCase && outcome.kind === "failed") notStarted = outcome.seen;
      outcomes.set(one.id, outcome);
      onOutcome(bench.mode, one, outcome);
    }
  } finally {
    await bench.close();
  }
  return outcomes;
}

/** How long a case that was given up may take to tidy up, in ms. */
const letGoMs = 5_000;

/** Why a case is not tried at all, if so. */
function leftOut(
  { id, only, needs = [] }: Case,
  mode: Mode,
  outcomes: ReadonlyMap<string, Outcome>,
  blocked: Set<string>,
  notStarted: string | undefined,
): Outcome | undefined {
  const because = (reason: string): Outcome => ({ kind: "not_applicable", reason });
  if (notStarted !== undefined) return because("the module does not start, see life/starts");
  if (only && !only.modes.includes(mode)) return because(only.because);
  const failed = needs.find((need) => outcomes.get(need)?.kind === "failed" || blocked.has(need));
  if (failed === undefined) return undefined;
  blocked.add(id);
  const how = blocked.has(failed) ? "was not tried" : "failed";
  return because(`${failed}, on which it builds, ${how}`);
}

async function tryCase(
  one: Case,
  plan: RunPlan,
  memo: Map<string, Promise<unknown>>,
  signal: AbortSignal,
): Promise<Outcome> {
  const { bench, timings } = plan;
  using limited = linkSignals(signal);
  const startedAtMs = performance.now();
  const tookMs = (): number => Math.round(performance.now() - startedAtMs);
  let timer: NodeJS.Timeout | undefined;
  let interrupted = (): void => {};
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Broken(`it was not done after ${timings.caseMs} ms`));
      limited.abort();
    }, timings.caseMs);
    interrupted = (): void => reject(new NotApplicable("interrupted"));
    signal.addEventListener("abort", interrupted, { once: true });
  });
  const running = (async () => {
    const module = await bench.shared(limited.signal);
    return await one.run(trialOf(module, plan, memo, limited.signal));
  })();
  // What a case that is given up has begun is let go of first.
  const over = running.then(
    () => {},
    () => {},
  );
  try {
    const seen = await Promise.race([running, late]);
    return { kind: "passed", seen, tookMs: tookMs() };
  } catch (error) {
    if (limited.signal.aborted) await Promise.race([over, new Promise((resolve) => setTimeout(resolve, letGoMs))]);
    if (error instanceof NotApplicable) return { kind: "not_applicable", reason: error.message };
    // A module that broke one promise may be in any state: the next case gets another.
    await bench.discard();
    const expected = error instanceof Broken ? (error.expected ?? one.promise) : one.promise;
    return { kind: "failed", expected, seen: seenOf(error), advice: one.advice, tookMs: tookMs() };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", interrupted);
    await bench.closeFresh();
  }
}

function trialOf(
  module: RunningModule,
  { bench, fixture, timings, random, host }: RunPlan,
  memo: Map<string, Promise<unknown>>,
  signal: AbortSignal,
): Trial {
  const knobs = knobsOf(module.identity, module.description);
  const worker = new Worker(module, fixture, knobs, timings);
  const offered = kinds.filter((kind) => module.description.services.includes(kindWords.to(kind)));
  const services: ReadonlySet<Kind> = new Set(
    offered.filter((kind) => fixture.service === undefined || kind === fixture.service),
  );
  const itemServices = (["polling", "enrichment"] as const).filter((kind) => services.has(kind));
  const needItems = (): ("polling" | "enrichment")[] => {
    if (itemServices.length > 0) return itemServices;
    throw new NotApplicable("it serves neither polling nor enrichment");
  };
  return {
    ...{ mode: bench.mode, timings, random, signal, fixture, host, module, worker, services },
    itemService: () => needItems()[0] ?? "polling",
    itemServices: needItems,
    mainService() {
      const main = itemServices[0] ?? [...services][0];
      if (main === undefined) throw new NotApplicable("it serves nothing that is tried");
      return main;
    },
    needService(kind) {
      if (!services.has(kind)) throw new NotApplicable(`it serves no ${kind}`);
    },
    needKnobs(what, ...names) {
      const missing = names.filter((name) => !knobs.has(name));
      if (missing.length > 0) throw new NotApplicable(`the module cannot be told to ${what}`);
    },
    async fresh(options = {}) {
      if (!host) throw new NotApplicable("the kit does not start this module");
      return new Worker(await bench.fresh(options, signal), fixture, knobs, timings);
    },
    once<T>(name: string, make: () => Promise<T>): Promise<T> {
      const known = memo.get(name) ?? make();
      known.catch(() => {});
      memo.set(name, known);
      return known as Promise<T>;
    },
    lines: () => bench.lines(),
  };
}
