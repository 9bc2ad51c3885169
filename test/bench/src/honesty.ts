import { median } from "./figures.js";
import { Dishonest } from "./row.js";

/** A larger share of the machine used by others, or taken from below, makes figures worthless. */
const othersMost = 0.05;
const stolenMost = 0.03;
const stepMostMs = 50;

interface Shares {
  readonly othersShare: number;
  readonly stolenShare: number;
  readonly clockStepMs: number;
}

/** Why windows cannot be trusted, in one sentence; undefined where they can. */
export function whyNotQuiet(windows: readonly Shares[]): string | undefined {
  const others = median(windows.map((window) => window.othersShare));
  if (others > othersMost) {
    return `other processes used ${percent(others)} of the machine while the row was measured (at most ${percent(othersMost)}); stop them, or say --allow-busy`;
  }
  const stolen = median(windows.map((window) => window.stolenShare));
  if (stolen > stolenMost) {
    return `${percent(stolen)} of the machine was given to other machines while the row was measured (at most ${percent(stolenMost)})`;
  }
  return undefined;
}

/** Why a clock cannot be trusted, however busy the machine may be. */
export function whyNoClock(windows: readonly Shares[]): string | undefined {
  const stepMs = Math.max(...windows.map((window) => window.clockStepMs));
  return stepMs > stepMostMs
    ? `the wall clock was moved by ${Math.round(stepMs)} ms while the row was measured`
    : undefined;
}

export function mustBeQuiet(windows: readonly Shares[], allowBusy: boolean): void {
  const why = whyNoClock(windows) ?? (allowBusy ? undefined : whyNotQuiet(windows));
  if (why) throw new Dishonest(why);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
