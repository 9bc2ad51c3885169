import { inTurn } from "../nemesis/in-turn.js";
import { pause } from "../nemesis/schedule.js";
import type { Facts } from "../oracle/facts.js";
import { atMost, type Bar, type Fault, type Judged, unharmed } from "../run/fault.js";
import { type Load, type Size, usualLoad } from "../world/load.js";
import { agentsReady } from "../world/ready-agents.js";

/** As many arrivals a second in both sizes: 20 in 100 ms. */
const loadOf = (size: Size): Load =>
  size === "quick"
    ? { ...usualLoad, devices: 800, intervalS: 4, timeoutS: 3, deviceProcesses: 4 }
    : { ...usualLoad, devices: 2_000, intervalS: 10, timeoutS: 5, deviceProcesses: 4 };

const bucketMs = 100;
const overMeanAtMost = 3;
const intervalsWatched = 3;
const readyWithinMs = 60_000;

/** Arrivals of the busiest 100 ms of a time, over those of 100 ms of the steady state. */
function peak({ hits, pairs }: Facts, fromAtMs: number, toAtMs: number, intervalMs: number): number {
  const plugins = new Set(pairs.map(({ plugin }) => plugin));
  const buckets = new Map<number, number>();
  for (const { beginAtMs, plugin } of hits) {
    const bucket = Math.floor((beginAtMs - fromAtMs) / bucketMs);
    if (bucket < 0 || beginAtMs >= toAtMs || !plugins.has(plugin)) continue;
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
  }
  const mean = (pairs.length * bucketMs) / intervalMs;
  return Math.max(0, ...buckets.values()) / mean;
}

function peaks(run: Judged): { readonly start: number; readonly restart: number } {
  const { facts, load, done } = run;
  const intervalMs = load.intervalS * 1000;
  const watchedMs = intervalsWatched * intervalMs;
  const firstAtMs = facts.hits.reduce((first, { beginAtMs }) => Math.min(first, beginAtMs), Number.POSITIVE_INFINITY);
  const restarts = done.map(({ fromAtMs, toAtMs }) => peak(facts, fromAtMs, toAtMs, intervalMs));
  return { start: peak(facts, firstAtMs, firstAtMs + watchedMs, intervalMs), restart: Math.max(...restarts) };
}

function bars(run: Judged): Bar[] {
  const { verdict } = run;
  const { start, restart } = peaks(run);
  return [
    ...unharmed(verdict),
    atMost("busiest 100 ms of the start over the mean", start, overMeanAtMost),
    atMost("busiest 100 ms after all agents' restart over the mean", restart, overMeanAtMost),
  ];
}

export const herd: Fault = {
  name: "herd",
  about: "all resources start at once, then all agents are killed and start again together",
  load: loadOf,
  schedule: (_, size) => {
    const { intervalS } = loadOf(size);
    const apartMs = (intervalsWatched + 1) * intervalS * 1000;
    const steps = Array.from({ length: size === "quick" ? 1 : 3 }, (_, i) => ({
      atMs: i * apartMs,
      does: "kill all agents",
    }));
    return { calmMs: 2_000, steps, quietMs: intervalS * 1000 + 1_000 };
  },
  async act(_, world, signal) {
    await inTurn(world, async () => {
      await Promise.all(world.agents.map((agent) => agent.kill()));
      await agentsReady(world, readyWithinMs, signal);
      // What they find waiting for them comes now.
      await pause(intervalsWatched * world.load.intervalS * 1000, signal);
    });
    return undefined;
  },
  bars,
  figures: (run) => {
    const { start, restart } = peaks(run);
    return { startPeak: Math.round(start * 100) / 100, restartPeak: Math.round(restart * 100) / 100 };
  },
};
