/** How long things may take, in ms. A self-test shortens them; a slow machine lengthens them. */
export interface Timings {
  /** From the start of the process until it shakes hands. */
  readonly startMs: number;
  /** An ordinary answer. */
  readonly answerMs: number;
  /** From the end of stdin or from SIGTERM until the process is gone, when nothing runs. */
  readonly exitMs: number;
  /** After a deadline, a cancel or a grace period, until it shows. */
  readonly slackMs: number;
  /** How long work lasts that has to run while something else happens. */
  readonly runMs: number;
  /** How long a reader stalls. */
  readonly stallMs: number;
  /** A whole case, whatever happens in it. */
  readonly caseMs: number;
}

export const defaultTimings: Timings = {
  startMs: 15_000,
  answerMs: 10_000,
  exitMs: 8_000,
  slackMs: 2_500,
  runMs: 800,
  stallMs: 2_500,
  caseMs: 60_000,
};
