import type { Step } from "../nemesis/schedule.js";
import type { Verdict } from "../oracle/judge.js";
import type { Load } from "../world/load.js";
import { atMost, type Bar, unharmed } from "./fault.js";
import type { Rises } from "./leak-watch.js";
import { heldBy, type Report, sizeOf } from "./report.js";

const counted = ["D", "G", "L", "U", "M", "wrong", "stale", "delayed", "hits", "due", "ran", "kept"] as const;

/** Whatever broke is whole again so many seconds after the last trouble of a round was over. */
export const backWithinS = 10;
/** Over any time: of a night this is 5 MiB an hour. */
const rssRiseAtMostMib = 40;
/** Connections to whoever was started again last. */
const openFilesRiseAtMost = 8;

interface Rest {
  readonly seed: number;
  readonly load: Load;
  readonly rises: Rises;
  /** Plugins that do not run with their newest valid file. */
  readonly behind: number;
}

/** What the rounds of a soak come to. */
export class SoakSums {
  readonly #sums = new Map<(typeof counted)[number], number>();
  readonly #missed = new Map<string, number>();
  readonly #troubles = new Map<string, number>();
  readonly #p50s: number[] = [];
  #worstP99Ms = 0;
  #worstR = 0;

  troubled({ does, to = "" }: Step): void {
    const what = /^(kill|freeze)$/.test(does) ? `${does} ${to.replace(/-\d+$/, "")}` : does;
    this.#troubles.set(what, (this.#troubles.get(what) ?? 0) + 1);
  }

  add(verdict: Verdict): void {
    for (const name of counted) this.#sums.set(name, this.#sum(name) + verdict[name]);
    for (const [reason, slots] of Object.entries(verdict.missed))
      this.#missed.set(reason, (this.#missed.get(reason) ?? 0) + slots);
    this.#p50s.push(verdict.latenessP50Ms);
    this.#worstP99Ms = Math.max(this.#worstP99Ms, verdict.latenessP99Ms);
    this.#worstR = Math.max(this.#worstR, verdict.R);
  }

  report({ seed, load, rises, behind }: Rest): Report {
    const [D, G, L, U, M] = (["D", "G", "L", "U", "M"] as const).map((name) => this.#sum(name)) as [
      number,
      number,
      number,
      number,
      number,
    ];
    // A slot may be counted as missed in the round after its own: only the sums have to agree.
    const open = this.#sum("due") - this.#sum("kept");
    const silent = Math.max(0, open - M);
    const bars: Bar[] = [
      ...unharmed({ D, G, L, U }),
      atMost("silent slots", silent, 0),
      atMost("wrong values", this.#sum("wrong"), 0),
      atMost("stale results stored", this.#sum("stale"), 0),
      atMost("R in s", this.#worstR, backWithinS),
      atMost("plugins that do not run with their newest valid file", behind, 0),
      atMost("rise of a long-lived process's memory in MiB", rises.rssMib, rssRiseAtMostMib),
      atMost("rise of its open files", rises.openFiles, openFilesRiseAtMost),
      atMost("rise of its threads", rises.threads, 0),
    ];
    return {
      fault: "soak",
      seed,
      ...{ D, G, L, U, M, missed: Object.fromEntries(this.#missed) },
      R: Number.isFinite(this.#worstR) ? this.#worstR : null,
      latenessP50Ms: Math.max(...this.#p50s),
      latenessP99Ms: this.#worstP99Ms,
      rounds: this.#p50s.length,
      troubles: Object.fromEntries(this.#troubles),
      rssRiseMib: rises.rssMib,
      openFilesRise: rises.openFiles,
      threadsRise: rises.threads,
      harnessRssMib: Math.round(process.memoryUsage().rss / 1024 ** 2),
      silent,
      overcounted: Math.max(0, M - open),
      ...Object.fromEntries(counted.slice(5).map((name) => [name, this.#sum(name)])),
      ...sizeOf(load),
      ...heldBy(bars),
    };
  }

  #sum(name: (typeof counted)[number]): number {
    return this.#sums.get(name) ?? 0;
  }
}
