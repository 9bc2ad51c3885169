/** Left of the run's time to read what was printed and to report, in ms. */
const reportMs = 200;
/** Above this, Node fires a timer at once. */
const longestTimerMs = 2 ** 31 - 1;

export interface TimeLimit {
  /** How long the program may take from now on, in ms. */
  readonly runMs: number;
  /** How long it may take to end once it is asked to, in ms. */
  readonly graceMs: number;
}

/** Parts what is left of a run between the program, its end and the report. At least 50 ms are the program's: the run
 *  itself is over at its deadline, whatever the program does. */
export function timeLimit(leftMs: number, timeoutS: number | undefined, killAfterS: number): TimeLimit {
  const left = Math.min(leftMs, longestTimerMs);
  const graceMs = Math.max(0, Math.min(killAfterS * 1000, left / 5));
  const forProgram = left - graceMs - Math.min(reportMs, left / 5);
  return { runMs: Math.max(50, Math.min(forProgram, (timeoutS ?? Number.POSITIVE_INFINITY) * 1000)), graceMs };
}
