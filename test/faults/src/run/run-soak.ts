import { PluginEditor } from "../nemesis/plugin-editor.js";
import { diceOf } from "../nemesis/random.js";
import { carryOut, pause, type Step } from "../nemesis/schedule.js";
import { soakAct } from "../nemesis/soak-act.js";
import { longLived, soakSteps } from "../nemesis/soak-steps.js";
import { judge } from "../oracle/judge.js";
import { type Load, usualLoad } from "../world/load.js";
import { startWorld } from "../world/world.js";
import { monoEpochMs } from "./collect-facts.js";
import { LeakWatch } from "./leak-watch.js";
import type { Report } from "./report.js";
import { Rounds } from "./rounds.js";
import { clockIsSteady, type RunOptions } from "./run-fault.js";
import { backWithinS, SoakSums } from "./soak-sums.js";

const load: Load = { ...usualLoad, devices: 100 };
const longestRoundMs = 120_000;
const roundsAtLeast = 3;
const ms = 1_000;
/** Each round ends in quiet: what was broken has to mend by itself in it, and all is judged. Twice what it may take, so that a
 *  recovery that takes too long is a figure and not one that was not seen; and an interval that shows it is over. */
const quietMs = (2 * backWithinS + 2 * load.intervalS) * ms;

/** Everything at once, randomly, for `forMs`. What is known of it is judged and dropped round by round, so that a night takes no more
 *  memory than a minute. */
export async function runSoak(forMs: number, options: RunOptions, signal: AbortSignal): Promise<Report> {
  const { seed, say, keep } = options;
  const rounds = Math.max(roundsAtLeast, Math.ceil(forMs / longestRoundMs));
  const settleMs = load.intervalS * ms + 2_000;
  const troubledMs = Math.max(5_000, forMs / rounds - quietMs - settleMs);
  say(`soak: everything at once, in ${rounds} rounds of ${Math.round((troubledMs + quietMs + settleMs) / ms)} s`);
  say(`seed ${seed}; ${JSON.stringify(load)}`);
  const world = await startWorld(load, say, signal);
  try {
    const dice = diceOf(seed, "soak");
    const editor = new PluginEditor(world);
    const leaks = new LeakWatch(world, longLived);
    const sums = new SoakSums();
    await pause(load.intervalS * ms, signal);
    await world.counters.begin();
    let fromAtMs = Date.now();
    const windows = new Rounds(world, fromAtMs);
    for (let round = 1; round <= rounds; round += 1) {
      const epochMs = monoEpochMs();
      const steps = soakSteps(dice, troubledMs, load);
      const act = async (step: Step, signal: AbortSignal): Promise<void> => {
        await soakAct(step, world, editor, signal);
        sums.troubled(step);
      };
      await carryOut(steps, act, () => {}, signal);
      const faultsEndAtMs = Date.now();
      await pause(quietMs, signal);
      const toAtMs = Date.now();
      await pause(settleMs, signal);
      clockIsSteady(epochMs);
      leaks.look();
      const facts = await windows.collect({ fromAtMs, toAtMs, faultsEndAtMs }, epochMs, signal);
      const verdict = judge(facts);
      sums.add(verdict);
      fromAtMs = toAtMs;
      const { D, G, L, U, M, R } = verdict;
      say(`round ${round} of ${rounds}: ${steps.length} troubles, ${JSON.stringify({ D, G, L, U, M, R })}`);
    }
    return sums.report({ seed, load, rises: leaks.rises(), behind: await editor.behind() });
  } finally {
    await keep?.(world.dir);
    await world.close();
  }
}
