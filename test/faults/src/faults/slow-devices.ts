import { pause } from "../nemesis/schedule.js";
import { latenesses, percentile } from "../oracle/lateness.js";
import type { DueSlot } from "../oracle/slots.js";
import { atMost, type Bar, type Fault, type Judged, unharmed } from "../run/fault.js";
import { type Load, usualLoad } from "../world/load.js";

const load: Load = usualLoad;
const slowShare = 0.9;
const share = 0.05;
/** Of milliseconds a tenth is nothing: two ticks of the scheduler are let pass as well. */
const slackMs = 50;
const words = { slow: "slow down to 0.9 of the timeout", dead: "fall silent" } as const;

/** The devices that misbehave: every twentieth is slow, and as many others are dead. */
function chosen(ids: readonly string[], does: string): string[] {
  const every = Math.round(1 / share);
  const offset = does === words.slow ? 0 : Math.floor(every / 2);
  return ids.filter((_, i) => i % every === offset);
}

interface Compared {
  readonly calmMs: number;
  readonly besideMs: number;
}

/** Lateness p99 of the healthy devices before, and beside those that are not. */
function compared({ verdict, done, facts }: Judged): Compared {
  const fromAtMs = Math.min(...done.map((one) => one.fromAtMs));
  const toAtMs = Math.max(...done.map((one) => one.toAtMs));
  const ids = [...new Set(facts.pairs.map(({ device }) => device))];
  const ill = new Set([...chosen(ids, words.slow), ...chosen(ids, words.dead)]);
  const healthy = verdict.slots.filter(({ pair }) => !ill.has(pair.device));
  const p99 = (slots: readonly DueSlot[]): number => percentile(latenesses(slots), 0.99);
  return {
    calmMs: p99(healthy.filter(({ slotAtMs }) => slotAtMs < fromAtMs)),
    besideMs: p99(healthy.filter(({ slotAtMs }) => slotAtMs >= fromAtMs && slotAtMs < toAtMs)),
  };
}

function bars(run: Judged): Bar[] {
  const { verdict } = run;
  const { calmMs, besideMs } = compared(run);
  return [
    ...unharmed(verdict),
    atMost("M", verdict.M, 0),
    atMost(
      "lateness p99 of the healthy in ms (before and 10 %, or before and 50 ms)",
      besideMs,
      Math.max(1.1 * calmMs, calmMs + slackMs),
    ),
  ];
}

export const slowDevices: Fault = {
  name: "slow-devices",
  about: "5 % of the devices take 0.9 of the timeout, 5 % do not answer at all",
  load: () => load,
  schedule: (_, size) => {
    const forMs = size === "quick" ? 10_000 : 120_000;
    const steps = Object.values(words).map((does) => ({ atMs: 0, does, forMs }));
    return { calmMs: size === "quick" ? 10_000 : 60_000, steps, quietMs: 3_000 };
  },
  async act({ does, forMs = 0 }, { devices }, signal) {
    const ids = chosen(devices.ids, does);
    const isSlow = does === words.slow;
    devices.behave(
      isSlow ? { devices: ids, latencyMs: slowShare * load.timeoutS * 1000 } : { devices: ids, dead: true },
    );
    try {
      await pause(forMs, signal);
    } finally {
      devices.behave({ devices: ids, latencyMs: load.latencyMs, dead: false });
    }
    return { devices: ids.length };
  },
  bars,
  figures: (run) => {
    const { calmMs, besideMs } = compared(run);
    return { calmP99Ms: Math.round(calmMs), healthyP99Ms: Math.round(besideMs), slackMs };
  },
};
