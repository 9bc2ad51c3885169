import { type LinkedSignal, linkSignals } from "@ocelli/model";
import type { ModuleLine } from "@ocelli/module-host";
import type { Context } from "../context.js";
import { span } from "../display/span.js";
import { Exit, exitCodes } from "../exit-codes.js";
import { failureOf } from "../failure.js";
import { type MeshClient, openMesh } from "../mesh.js";
import { say } from "../output.js";
import { build, buildStepOf } from "../plugin-run/build-step.js";
import { staleWarning } from "../plugin-run/stale-build.js";
import { authorLine } from "../views/module-line.js";
import { CopyQueue } from "./copy-queue.js";
import type { PreparedCopy } from "./copy-repeater.js";
import type { DevOptions } from "./dev-options.js";
import { DevView } from "./dev-view.js";
import { Devices } from "./devices.js";
import { awaitLivePlugin, type LivePlugin } from "./live-plugin.js";
import { type LocalPlugin, liveName, readLocalPlugin } from "./local-plugin.js";
import { brokerTimeOf, checkResources, expectation } from "./mesh-facts.js";
import { Sampler } from "./sample.js";
import { ShadowModule } from "./shadow-module.js";
import { ShadowSession } from "./shadow-session.js";

/** Runs the shadow until `signal` aborts, or what --for or --runs says is over: then it throws an Exit where it differs. */
export async function devRun(path: string, options: DevOptions, context: Context, signal: AbortSignal): Promise<void> {
  const local = await readLocalPlugin(path, options);
  const name = liveName(local, options, path);
  using mesh = await openMesh(context);
  const stale = options.watch ? undefined : await staleWarning(local.moduleFolder);
  if (stale !== undefined) say(stale);
  const live = await awaitLivePlugin({ mesh, clock: context.clock, say, patienceMs: options.for }, name, signal);
  await checkResources(mesh, live, options.resource);
  using stop = linkSignals(signal);
  const shadow = new Shadow(path, options, context, { mesh, live, stop });
  await shadow.run(local);
  shadow.view.end();
  if (signal.aborted) return;
  const { tally } = shadow.view;
  if (tally.runs === 0 || tally.verdicts("differs") > 0) throw new Exit(exitCodes.bad);
}

/** What outlives a restart of the module: who ran when, on which device. */
class Shadow {
  readonly view: DevView;
  readonly #path: string;
  readonly #options: DevOptions;
  readonly #context: Context;
  readonly #mesh: MeshClient;
  readonly #live: LivePlugin;
  readonly #limits: { timeoutMs: number; readonly inFlight: number };
  readonly #queue: CopyQueue<PreparedCopy>;
  #hasStarted = false;
  /** Ends it all, unlike the end of one session. */
  readonly #stop: LinkedSignal;

  constructor(
    path: string,
    options: DevOptions,
    context: Context,
    { mesh, live, stop }: { mesh: MeshClient; live: LivePlugin; stop: LinkedSignal },
  ) {
    this.#stop = stop;
    this.#path = path;
    this.#options = options;
    this.#context = context;
    this.#mesh = mesh;
    this.#live = live;
    this.view = new DevView(live.name, context);
    this.#limits = { timeoutMs: live.view.timeoutMs, inFlight: options.inFlight };
    this.#queue = new CopyQueue(this.#limits);
  }

  async run(first: LocalPlugin): Promise<void> {
    const { runs, watch } = this.#options;
    this.view.onCompared = (count) => {
      if (runs !== undefined && count >= runs) this.#stop.abort();
    };
    if (!watch) return await this.#session(first, this.#stop.signal);
    const step = await buildStepOf(first.moduleFolder);
    const [{ followModule }, { watchRun }] = await Promise.all([
      import("../plugin-run/follow-module.js"),
      import("../plugin-run/watch-run.js"),
    ]);
    const say = (sentence: string): void => this.view.say(sentence);
    const changes = await followModule(first, step, this.#context.clock);
    const run = async (signal: AbortSignal): Promise<void> => {
      const built = step ? await build(step, signal) : undefined;
      if (built?.kind === "failed") say(`${step?.argv.join(" ")} failed:\n${built.said}`);
      if (signal.aborted || built?.kind === "failed") return;
      this.view.begin();
      await this.#session(await readLocalPlugin(this.#path, this.#options), signal);
    };
    try {
      await watchRun({ changes, run, say, failure: (error) => failureOf(error).message }, this.#stop.signal);
    } finally {
      await changes.close();
    }
  }

  async #session({ spec, warnings }: LocalPlugin, signal: AbortSignal): Promise<void> {
    const { resource, inFlight, sample = { kind: "all" } as const, logs } = this.#options;
    const { data, clock } = this.#context;
    const [view, live, mesh] = [this.view, this.#live, this.#mesh];
    const say = (sentence: string): void => view.say(sentence);
    for (const warning of warnings) say(warning);
    this.#limits.timeoutMs = this.#context.timeoutMs ?? spec.timeoutMs;
    const onLine = ({ text }: ModuleLine): void => {
      const line = logs ? text : authorLine({ text });
      if (line !== undefined) say(line);
    };
    const wish = { spec: { ...spec, name: live.name }, liveKind: live.kind, data, clock, say, onLine };
    const module = new ShadowModule(wish);
    const time = brokerTimeOf(mesh, clock);
    await time.sync();
    const session = new ShadowSession({
      ...{ mesh, live, module, time, clock, say, inFlight, show: view },
      ...{ preload: spec.preload, revision: spec.revision, queue: this.#queue },
      devices: new Devices(mesh.registry, clock, live),
      resourceIds: new Set(resource),
      sampler: new Sampler(sample),
      onStarted: () => {
        say(`${module.title ?? "the module"} is a shadow of ${live.name}: ${promise}`);
        void expectation(mesh, live, resource, time).then(say, (error: unknown) => say(failureOf(error).message));
        this.#countDown();
      },
    });
    try {
      await session.run(signal);
    } finally {
      await module.stop();
    }
  }

  /** From the first time that something could come. */
  #countDown(): void {
    const { for: forMs } = this.#options;
    if (forMs === undefined || this.#hasStarted) return;
    this.#hasStarted = true;
    void this.#context.clock.sleep(forMs, this.#stop.signal).then(() => this.#stop.abort());
    this.view.say(`it ends after ${span(forMs)}`);
  }
}

const promise =
  "it repeats live runs once they are over, so devices are asked once more; nothing it finds is published; Ctrl-C ends it";
