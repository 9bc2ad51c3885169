import { setTimeout as sleep } from "node:timers/promises";
import { Dishonest, type RowContext } from "../row.js";
import { type Measured, type Window, watchWindow, watchWindows, windowText } from "./window.js";
import type { World } from "./world.js";

/** Completed runs must be at least this share of the slots that came due, or the rate is not kept up. */
const keptShare = 0.99;
/** A rate is not kept up either where runs start later than this. */
const latestMs = 1_000;
/** What piled up before is gone where runs start no later than this. */
const calmMs = 250;

const firstRate = 2_000;
const growth = 1.25;
const rampWindowS = 3;
/** How many windows a rate gets that is not kept up in the first: results come many at a time. */
const rampWindows = 3;
const highestRate = 100_000;
const warmUpStepMs = 5_000;
const drainTries = 30;
const longestSpreadMs = 20_000;

/** What a mesh completed while it was offered so many slots per second. */
export interface Offered {
  readonly perS: number;
  readonly windows: readonly Window[];
}

export function measuredOf(world: World): Measured {
  return {
    pids: world.pids,
    failed: world.failed,
    async read() {
      const restarted = `a module ended meanwhile: the machine is too busy, or the module broke; ${world.trouble()}`;
      const reports = Promise.all([world.report("module"), world.report("sink")]);
      const [module, sink] = await reports.catch((error: unknown) => {
        throw new Dishonest(restarted, { cause: error });
      });
      if (module.pid !== world.pids["module"] || sink.pid !== world.pids["sink"]) throw new Dishonest(restarted);
      return { count: sink.count, latenessMs: module.latenessMs };
    },
  };
}

/** Offers so many slots per second from now on. A pair starts with its next slot, and slots lie evenly in the interval: the
 *  whole rate is there as soon as the resources are known. Lets an interval pass if it is short, so that what is measured are
 *  second runs of pairs, not first ones. */
async function offer(world: World, perS: number, { signal }: RowContext): Promise<void> {
  await Promise.race([world.load.set(Math.round(perS * world.options.frequencyS), signal), world.failed]);
  const waitMs = Math.min(world.options.frequencyS * 1000, longestSpreadMs) + 500;
  await Promise.race([sleep(waitMs, undefined, { signal }), world.failed]);
}

/** Whether the windows together hold as many runs as slots came due, and none of them began too late. One window alone may hold
 *  a few runs of its neighbour. */
export function keepsUp(windows: readonly Window[], perS: number): boolean {
  const runs = windows.reduce((sum, window) => sum + window.runs, 0);
  const seconds = windows.reduce((sum, window) => sum + window.seconds, 0);
  return runs >= perS * seconds * keptShare && windows.every(isCalm);
}

function isCalm({ latenessP99Ms }: Window): boolean {
  return (latenessP99Ms ?? 0) < latestMs;
}

/** A mesh that just started is compiled while it works: it gets little to do first. */
export async function warmUp(world: World, context: RowContext): Promise<void> {
  const { frequencyS } = world.options;
  for (const perS of [100, 400, 1_000].filter((step) => step <= (context.rate ?? step))) {
    await Promise.race([world.load.set(perS * frequencyS, context.signal), world.failed]);
    await Promise.race([sleep(warmUpStepMs, undefined, { signal: context.signal }), world.failed]);
  }
}

/** Offers more and more until the mesh does not follow. Returns the highest rate that it followed, or the first one. */
export async function ramp(world: World, context: RowContext): Promise<number> {
  const measured = measuredOf(world);
  let followed = firstRate;
  for (let perS = firstRate; perS <= highestRate; perS *= growth) {
    await offer(world, perS, context);
    const windows: Window[] = [];
    while (windows.length < rampWindows && !(windows.length > 0 && keepsUp(windows, perS))) {
      const window = await watchWindow(measured, rampWindowS, context.signal);
      windows.push(window);
      context.log(`offered ${Math.round(perS)}/s: ${windowText(window)}`);
      if (!isCalm(window)) break;
    }
    if (!keepsUp(windows, perS)) return followed;
    followed = perS;
  }
  throw new Dishonest(`the mesh still follows at ${highestRate} slots per second: the load generator ends here`);
}

/** Offers `perS` and waits until what piled up before is gone: pairs that began late make up for it within a few intervals. False
 *  where it does not go. */
export async function settle(world: World, perS: number, context: RowContext): Promise<boolean> {
  await offer(world, perS, context);
  const measured = measuredOf(world);
  let latenessMs = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < drainTries && latenessMs >= calmMs; tries += 1) {
    latenessMs = (await watchWindow(measured, 1, context.signal)).latenessP99Ms ?? Number.POSITIVE_INFINITY;
  }
  return latenessMs < latestMs;
}

export async function watchOffered(world: World, perS: number, context: RowContext): Promise<Offered> {
  return { perS, windows: await watchWindows(`offered ${Math.round(perS)}/s`, measuredOf(world), context) };
}
