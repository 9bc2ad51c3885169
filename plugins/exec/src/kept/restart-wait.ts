const firstWaitMs = 500;
const longestWaitMs = 60_000;

/** How long a program that died `deaths` times in a row without an answer is left alone before it is started again, in ms:
 *  each death doubles it. */
export function restartWaitMs(deaths: number): number {
  return Math.min(longestWaitMs, firstWaitMs * 2 ** (deaths - 1));
}
