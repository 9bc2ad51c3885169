import { parseDeviceLog } from "../device/device-log.js";
import type { Accepted, Facts, Hit, Stored } from "../oracle/facts.js";
import type { World } from "../world/world.js";
import { factsOf, hitOf, missedBy, sinksWithinMs, type Timing } from "./collect-facts.js";
import { FileTail } from "./file-tail.js";
import { parseStored, untilStored } from "./stored-results.js";

/** Gathers the facts of one round of a long run after the other, and keeps no more than two of them: what comes late is judged with
 *  the next round. Call it when all is quiet, an interval and more after the round's last slot. */
export class Rounds {
  readonly #world: World;
  readonly #logs: readonly FileTail[];
  readonly #sinks: ReadonlyMap<string, FileTail>;
  #hits: Hit[] = [];
  readonly #stored = new Map<string, Stored[]>();
  /** From where on slots were looked at in the round before. */
  #beforeAtMs: number;
  /** Up to when events were judged with the rounds before. */
  #toldFromMs: number;

  constructor(world: World, fromAtMs: number) {
    this.#world = world;
    this.#logs = world.devices.logs.map((path) => new FileTail(path));
    this.#sinks = new Map([...world.sinkFiles].map(([name, path]) => [name, new FileTail(path)]));
    this.#toldFromMs = fromAtMs;
    this.#beforeAtMs = fromAtMs;
  }

  async collect(timing: Timing, epochMs: number, signal: AbortSignal): Promise<Facts> {
    const world = this.#world;
    const { witness, counters, sinkFiles, schedulers, load } = world;
    const isOfRound = ({ slotAtMs }: Accepted): boolean => slotAtMs >= this.#beforeAtMs;
    const accepted = witness.accepted().filter(isOfRound);
    const end = await witness.readToTheEnd(signal);
    for (const path of sinkFiles.values()) await untilStored(path, end, sinksWithinMs, signal);
    await this.#readOn(epochMs);
    const [toldFromMs, toldToMs] = [this.#toldFromMs, Date.now()];
    const events = (await witness.events(signal, toldToMs - toldFromMs)).filter(
      ({ atMs }) => atMs >= toldFromMs && atMs < toldToMs,
    );
    await counters.ask();
    const all = factsOf(world, timing, {
      accepted,
      hits: this.#hits,
      stored: new Map(this.#stored),
      missed: schedulers.flatMap((scheduler) => missedBy(world, scheduler, events)),
    });
    // What the witness forgets now is still needed here.
    const facts: Facts = { ...all, claimedAtMs: new Map(all.claimedAtMs) };
    counters.beginFromHere();
    this.#toldFromMs = toldToMs;
    witness.forgetBefore(timing.fromAtMs);
    this.#beforeAtMs = timing.fromAtMs;
    // The hit before the first of the next round says how far they are apart.
    const hitsFromAtMs = timing.toAtMs - 2 * load.intervalS * 1000;
    this.#hits = this.#hits.filter(({ beginAtMs }) => beginAtMs >= hitsFromAtMs);
    for (const [name, all] of this.#stored) this.#stored.set(name, all.filter(isOfRound));
    return facts;
  }

  async #readOn(epochMs: number): Promise<void> {
    const plugins = new Set(this.#world.plugins);
    for (const log of this.#logs) {
      const hits = parseDeviceLog(await log.read()).map((hit) => hitOf(hit, epochMs));
      this.#hits = [...this.#hits, ...hits];
    }
    for (const [name, tail] of this.#sinks) {
      const stored = parseStored(await tail.read(), plugins);
      this.#stored.set(name, [...(this.#stored.get(name) ?? []), ...stored]);
    }
  }
}
