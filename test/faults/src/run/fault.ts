import type { MeshEvent } from "@ocelli/model";
import type { Dice } from "../nemesis/random.js";
import type { Schedule, Step } from "../nemesis/schedule.js";
import type { Facts } from "../oracle/facts.js";
import type { Verdict } from "../oracle/judge.js";
import type { Load, Size } from "../world/load.js";
import type { LeaderChange } from "../world/witness.js";
import type { World } from "../world/world.js";

/** One row of the fault table: what is done, and what must hold all the same. One file each in `faults/`. */
export interface Fault {
  /** As in `--only agent-kill`. */
  readonly name: string;
  /** One sentence for people. */
  readonly about: string;
  /** Which protection is switched off by a test-only program. Such a run passes where the oracle notices. */
  readonly sabotage?: string;
  load(size: Size): Load;
  /** What is done and when. Chance comes from `dice` alone, so that the same seed gives the same steps. */
  schedule(dice: Dice, size: Size, load: Load): Schedule;
  /** Carries one step out and, where it has a `forMs`, undoes it: resolves when that is done. Throws a clear sentence where this
   *  machine cannot do it: the fault then failed, and has no figures. What it counts on the way comes back in `Done.seen`. */
  act(step: Step, world: World, signal: AbortSignal): Promise<Counts | undefined>;
  /** What must hold. */
  bars(run: Judged): readonly Bar[];
  /** Figures of this fault alone, for its JSON line. */
  figures?(run: Judged): Readonly<Record<string, number | string>>;
}

export interface Bar {
  /** "D = 0". */
  readonly text: string;
  readonly holds: boolean;
}

/** What a step counted, such as the runs that were in flight when it began. */
export type Counts = Readonly<Record<string, number>>;

/** A step that was carried out, in epoch ms. */
export interface Done {
  readonly seen: Counts;
  readonly step: Step;
  readonly fromAtMs: number;
  readonly toAtMs: number;
}

/** Everything there is to judge a run by. */
export interface Judged {
  readonly load: Load;
  readonly size: Size;
  readonly facts: Facts;
  readonly verdict: Verdict;
  readonly done: readonly Done[];
  readonly events: readonly MeshEvent[];
  readonly leaders: readonly LeaderChange[];
  /** Where each device listens, by its id: what decides its partition. */
  readonly endpoints: ReadonlyMap<string, string>;
  /** Which agent made each run, by the name of the run. */
  readonly ranBy: ReadonlyMap<string, string>;
  /** Results in the stream behind one of a newer run of their pair: sinks have to refuse them. */
  readonly lateResults: number;
  /** Sum of an agents' counter over all of them: "results_stale". */
  counter(name: string): number;
}

/** A bar on one figure. */
export function atMost(name: string, value: number, most: number): Bar {
  const limit = Math.round(most * 100) / 100;
  return { text: most === 0 ? `${name} = 0` : `${name} <= ${limit}`, holds: value <= most };
}

/** No device was hammered, and nothing was lost or stored twice. */
export function unharmed({ D, G, L, U }: Pick<Verdict, "D" | "G" | "L" | "U">): Bar[] {
  return [atMost("D", D, 0), atMost("G", G, 0), atMost("L", L, 0), atMost("U", U, 0)];
}

/** What no fault whatever may break: nothing is stored wrong, nothing is dropped in silence. */
export function alwaysBars({ verdict }: Pick<Judged, "verdict">): Bar[] {
  return [
    atMost("wrong values", verdict.wrong, 0),
    atMost("silent slots", verdict.silent, 0),
    atMost("stale results stored", verdict.stale, 0),
  ];
}

/** The sum of something that steps counted. */
export function sumOf(done: readonly Done[], name: string): number {
  return done.reduce((sum, { seen }) => sum + (seen[name] ?? 0), 0);
}
