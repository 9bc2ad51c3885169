/** When something that is confirmed every now and then has to be written again although nothing changed: once half of
 *  its ttl has passed, or when it would not live through two more intervals of its source. All in ms. */
export function needsRefresh(span: { seenAtMs: number; expiresAtMs: number }, nowMs: number, everyMs: number): boolean {
  const ttlMs = span.expiresAtMs - span.seenAtMs;
  return nowMs - span.seenAtMs >= ttlMs / 2 || nowMs + 2 * everyMs > span.expiresAtMs;
}

/** Whether `expiresAtMs` (0: never) is over. For `graceMs` after the registry started to lead, nothing is over: it may
 *  only look so because nobody was there to note that it was seen. */
export function isOver(span: { seenAtMs: number; expiresAtMs: number }, nowMs: number, grace: Grace): boolean {
  if (span.expiresAtMs === 0 || nowMs < span.expiresAtMs) return false;
  return nowMs >= grace.sinceAtMs + Math.min(grace.atMostMs, span.expiresAtMs - span.seenAtMs);
}

export interface Grace {
  /** Since when this registry leads, in epoch ms of the broker's clock. */
  readonly sinceAtMs: number;
  readonly atMostMs: number;
}
