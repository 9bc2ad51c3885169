import { type Clock, type Kind, linkSignals, type MeshEvent, messageOf, type Result } from "@ocelli/model";
import { Exit, exitCodes } from "../exit-codes.js";
import { type FeedDeps, followFeed } from "../feed/follow-feed.js";
import { PartJoiner } from "../feed/join-parts.js";
import type { MeshClient } from "../mesh.js";
import type { BrokerTime } from "./broker-time.js";
import { otherKind } from "./configure-shadow.js";
import type { CopyQueue, Skipped } from "./copy-queue.js";
import { CopyRepeater, type PreparedCopy } from "./copy-repeater.js";
import type { Devices } from "./devices.js";
import { keepTime } from "./keep-time.js";
import { type LivePlugin, readLivePlugin } from "./live-plugin.js";
import { LiveSilence } from "./live-silence.js";
import type { Sampler } from "./sample.js";
import type { ShadowModule } from "./shadow-module.js";
import type { ShownCopy, ShownSkip } from "./show-copy.js";
import { knownFacts, wantedFacts } from "./wanted-facts.js";

export interface SessionDeps {
  readonly mesh: Pick<MeshClient, "registry"> & Pick<FeedDeps, "feed">;
  readonly live: LivePlugin;
  /** The local plugin file's. */
  readonly preload: readonly string[];
  readonly revision: string;
  readonly module: ShadowModule;
  readonly queue: CopyQueue<PreparedCopy>;
  readonly devices: Devices;
  readonly time: BrokerTime;
  readonly clock: Clock;
  /** Only these resources; all where it is empty. */
  readonly resourceIds: ReadonlySet<string>;
  readonly sampler: Sampler;
  readonly inFlight: number;
  readonly say: (sentence: string) => void;
  readonly show: { copy(copy: ShownCopy): void; skip(skip: ShownSkip): void };
  /** The feed stands: told once. */
  readonly onStarted: () => void;
}

/** How often copies that wait are looked at where nothing happens, in ms. */
const lookEveryMs = 100;

/** The same where none waits, in ms. */
const restMs = 30_000;

/** How many copies may wait for each that may be on. */
const waitingPerPlace = 50;

/** Follows the live plugin's runs and repeats each with the module, until `signal` aborts. What the shadow's runs leave behind is
 *  kept for this session. */
export class ShadowSession {
  readonly #deps: SessionDeps;
  readonly #repeater: CopyRepeater;
  readonly #silence: LiveSilence;
  #kind: Kind | undefined;
  #preparing = 0;
  #wake = (): void => {};

  constructor(deps: SessionDeps) {
    this.#deps = deps;
    this.#silence = new LiveSilence(deps, deps.live);
    this.#repeater = new CopyRepeater({
      ...deps,
      show: (copy) => deps.show.copy(copy),
      skip: (live, why) => this.#skip(live, why),
    });
  }

  /** Throws an Exit where the module or the live plugin is of no use. */
  async run(signal: AbortSignal): Promise<void> {
    const { module, time, clock, say } = this.#deps;
    this.#kind = await module.start(signal);
    using stop = linkSignals(signal);
    let failure: { readonly error: unknown } | undefined;
    const guarded = async (work: Promise<void>): Promise<void> => {
      try {
        await work;
      } catch (error) {
        failure ??= { error };
      }
      stop.abort();
    };
    await Promise.all([
      guarded(this.#follow(stop.signal)),
      guarded(keepTime({ time, clock, say, onLook: () => this.#wake() }, stop.signal)),
      guarded(this.#work(stop.signal)),
      guarded(this.#silence.watch(stop.signal)),
    ]);
    await this.#repeater.settled();
    if (failure && !signal.aborted) throw failure.error;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { mesh, clock, live, say, onStarted } = this.#deps;
    const joiner = new PartJoiner();
    for await (const entry of followFeed({ feed: mesh.feed, clock, say }, { plugin: live.name }, signal)) {
      if (entry.kind === "started") onStarted();
      if (entry.kind === "event") await this.#heard(entry.event);
      if (entry.kind !== "result") continue;
      const result = joiner.take(entry.result);
      if (result && result.plugin === live.name) this.#saw(result, signal);
    }
  }

  #saw(live: Result, signal: AbortSignal): void {
    const { queue, resourceIds, sampler, module } = this.#deps;
    if (this.#kind !== undefined && live.kind !== this.#kind)
      throw otherKind(live.plugin, live.kind, module.title ?? "the module", this.#kind);
    this.#silence.heard();
    const isNew = queue.saw(live);
    // Whatever happens next on the device counts for the others of it.
    this.#wake();
    const id = live.resource?.id ?? "";
    if (!isNew || (resourceIds.size > 0 && !resourceIds.has(id))) return;
    // A discovery is one pair: there is nothing to choose from.
    if (live.kind !== "discovery" && !sampler.takes(id)) return;
    void this.#prepare(live, signal);
  }

  async #prepare(live: Result, signal: AbortSignal): Promise<void> {
    const { queue, inFlight, devices, module, preload, mesh, time } = this.#deps;
    const resourceId = live.resource?.id ?? "";
    if (queue.waiting + this.#preparing >= inFlight * waitingPerPlace) {
      this.#skip(live, "too many wait already; take fewer resources with --sample");
      return;
    }
    this.#preparing += 1;
    try {
      const wanted = live.kind === "discovery" ? [] : wantedFacts(preload, module.wantsEnrichments, resourceId);
      const device = await devices.of(live.resource);
      const enrichments = wanted.length === 0 ? [] : await knownFacts(mesh.registry, wanted, time.nowMs() ?? 0);
      if (signal.aborted) return;
      this.#skipAll(queue.offer({ live, resourceId, device, enrichments }));
    } catch (error) {
      if (!signal.aborted) this.#skip(live, messageOf(error));
    } finally {
      this.#preparing -= 1;
      this.#wake();
    }
  }

  /** Starts what may start, whenever that may have changed. */
  async #work(signal: AbortSignal): Promise<void> {
    const { queue, clock, module, say } = this.#deps;
    while (!signal.aborted) {
      if (module.isUp) this.#startDue(signal);
      else if (!module.rests) {
        try {
          await module.start(signal);
        } catch (error) {
          if (!signal.aborted) say(messageOf(error));
        }
        continue;
      }
      using looking = linkSignals(signal);
      this.#wake = () => looking.abort();
      await clock.sleep(queue.waiting > 0 || !module.isUp ? lookEveryMs : restMs, looking.signal);
    }
  }

  #startDue(signal: AbortSignal): void {
    const nowMs = this.#deps.time.nowMs();
    if (nowMs === undefined) return;
    const { start, skip } = this.#deps.queue.due(nowMs);
    this.#skipAll(skip);
    for (const one of start) this.#repeater.begin(one, signal, () => this.#wake());
  }

  async #heard({ type, resourceId, message }: MeshEvent): Promise<void> {
    const { live, queue, module, say, mesh, devices } = this.#deps;
    switch (type) {
      case "run.forced":
        if (queue.forced(resourceId).length > 0) await module.kill("somebody forced a live run on the device");
        return;
      case "plugin.changed": {
        if (queue.forget().length > 0) await module.kill("the live plugin was changed");
        say(`${live.name} was changed in the mesh; each resource waits for its next live run`);
        devices.filter = (await readLivePlugin(mesh, live.name)).filter;
        return;
      }
      case "plugin.paused":
      case "plugin.resumed":
        say(message);
        return;
      case "plugin.removed":
        throw new Exit(exitCodes.bad, `${live.name} is not in the mesh any more: ${message}`);
      default:
    }
  }

  #skipAll(all: readonly Skipped<PreparedCopy>[]): void {
    for (const { copy, why } of all) this.#skip(copy.live, why);
  }

  #skip({ resource, slotAtMs }: Result, why: string): void {
    this.#deps.show.skip({ atMs: this.#deps.clock.nowMs(), resourceId: resource?.id ?? "", slotAtMs, why });
  }
}
