import {
  type Clock,
  type Kind,
  linkSignals,
  type MeshEvent,
  messageOf,
  type Result,
  type WorkItem,
} from "@ocelli/model";
import { span } from "../display/span.js";
import { Exit, exitCodes } from "../exit-codes.js";
import { type FeedDeps, followFeed } from "../feed/follow-feed.js";
import { PartJoiner } from "../feed/join-parts.js";
import type { MeshClient } from "../mesh.js";
import type { BrokerTime } from "./broker-time.js";
import { compareRuns } from "./compare.js";
import { otherKind } from "./configure-shadow.js";
import type { Copy, CopyQueue, Skipped, StartedCopy } from "./copy-queue.js";
import type { Devices } from "./devices.js";
import { type LivePlugin, readLivePlugin } from "./live-plugin.js";
import { reserveMs } from "./may-run.js";
import type { Sampler } from "./sample.js";
import type { ShadowModule } from "./shadow-module.js";
import type { ShownCopy, ShownSkip } from "./show-copy.js";
import { knownFacts, wantedFacts } from "./wanted-facts.js";

/** A copy with the facts that travel with it. */
export interface PreparedCopy extends Copy {
  readonly enrichments: WorkItem["enrichments"];
}

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

/** How often the broker's clock is asked for, in ms. */
const syncEveryMs = 30_000;

/** How often copies that wait are looked at where nothing happens, in ms. */
const lookEveryMs = 100;

/** How many copies may wait for each that may be on. */
const waitingPerPlace = 50;

/** Follows the live plugin's runs and repeats each with the module, until `signal` aborts. What the shadow's runs leave behind is
 *  kept for this session. */
export class ShadowSession {
  readonly #deps: SessionDeps;
  readonly #states = new Map<string, Uint8Array>();
  readonly #runs = new Set<Promise<void>>();
  #kind: Kind | undefined;
  #preparing = 0;
  #isSure = true;
  #lastLiveMs = 0;
  #wake = (): void => {};

  constructor(deps: SessionDeps) {
    this.#deps = deps;
  }

  /** Throws an Exit where the module or the live plugin is of no use. */
  async run(signal: AbortSignal): Promise<void> {
    const { module } = this.#deps;
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
      guarded(this.#keepTime(stop.signal)),
      guarded(this.#work(stop.signal)),
      guarded(this.#watchSilence(stop.signal)),
    ]);
    await Promise.all(this.#runs);
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
    this.#lastLiveMs = this.#deps.clock.monotonicMs();
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
      await clock.sleep(queue.waiting > 0 || !module.isUp ? lookEveryMs : syncEveryMs, looking.signal);
    }
  }

  #startDue(signal: AbortSignal): void {
    const nowMs = this.#deps.time.nowMs();
    if (nowMs === undefined) return;
    const { start, skip } = this.#deps.queue.due(nowMs);
    this.#skipAll(skip);
    for (const one of start) {
      const run = this.#repeat(one, signal).finally(() => {
        this.#runs.delete(run);
        this.#wake();
      });
      this.#runs.add(run);
    }
  }

  async #repeat(started: StartedCopy<PreparedCopy>, signal: AbortSignal): Promise<void> {
    const { module, queue, clock } = this.#deps;
    const { copy, startedAtMs, deadlineMs, endMs } = started;
    const { live, resourceId } = copy;
    const startedMs = clock.monotonicMs();
    const item = this.#itemOf(copy, deadlineMs);
    // The end of a module that does not obey takes its time too; both fit into the reserve.
    const times = { endMs, lateMs: Math.min(200, reserveMs(live.frequencyMs) / 2) };
    const end = await module.ask(item, times, signal);
    queue.ended(copy, startedAtMs + clock.monotonicMs() - startedMs);
    if (signal.aborted) return;
    if (end.kind === "ended") {
      this.#skip(live, end.why);
      return;
    }
    const { found, state } = end.answered;
    if (state) this.#states.set(resourceId, state);
    this.#deps.show.copy({
      atMs: clock.nowMs(),
      resourceId,
      slotAtMs: live.slotAtMs,
      live: { ...live, tookMs: live.finishedAtMs - live.startedAtMs },
      shadow: { status: found.status, fault: found.fault, tookMs: end.tookMs },
      comparison: compareRuns(live, found),
    });
  }

  #itemOf({ live, resourceId, enrichments }: PreparedCopy, deadlineMs: number): WorkItem {
    const { slotAtMs, frequencyMs, fence } = live;
    const state = this.#states.get(resourceId) ?? new Uint8Array();
    const { revision } = this.#deps;
    const run = { plugin: live.plugin, revision, fence, leaseMs: deadlineMs, deadlineMs, slotAtMs, frequencyMs, state };
    return { run: { ...run, traceparent: "" }, resource: live.resource ?? noResource, enrichments };
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

  async #keepTime(signal: AbortSignal): Promise<void> {
    const { time, clock, say } = this.#deps;
    while (!signal.aborted) {
      try {
        await time.sync();
      } catch (error) {
        if (time.nowMs() === undefined && !signal.aborted) say(messageOf(error));
      }
      const isSure = time.nowMs() !== undefined;
      if (this.#isSure && !isSure) say("no scheduler is sure of the broker's clock; the shadow waits");
      if (!this.#isSure && isSure) say("the broker's clock is known again; the shadow goes on");
      this.#isSure = isSure;
      this.#wake();
      await clock.sleep(isSure ? syncEveryMs : syncAgainMs, signal);
    }
  }

  /** A live plugin that finds nothing any more is said once. */
  async #watchSilence(signal: AbortSignal): Promise<void> {
    const { clock, live, say } = this.#deps;
    const patienceMs = Math.max(10_000, 2 * live.frequencyMs);
    this.#lastLiveMs = clock.monotonicMs();
    let saidOfMs: number | undefined;
    while (!signal.aborted) {
      await clock.sleep(patienceMs, signal);
      const silentMs = clock.monotonicMs() - this.#lastLiveMs;
      if (signal.aborted || silentMs < patienceMs || saidOfMs === this.#lastLiveMs) continue;
      saidOfMs = this.#lastLiveMs;
      say(`no live result of ${live.name} for ${span(silentMs)}; see "ocelli plugins show ${live.name}"`);
    }
  }

  #skipAll(all: readonly Skipped<PreparedCopy>[]): void {
    for (const { copy, why } of all) this.#skip(copy.live, why);
  }

  #skip({ resource, slotAtMs }: Result, why: string): void {
    this.#deps.show.skip({ atMs: this.#deps.clock.nowMs(), resourceId: resource?.id ?? "", slotAtMs, why });
  }
}

const syncAgainMs = 2_000;

/** A discovery is about no resource; its call sends only the run. */
const noResource = {
  ...{ id: "", site: "", class: "", subclass: "", type: "", endpoint: "" },
  ...{ metadata: {}, parents: [], ttlS: 0 },
};
