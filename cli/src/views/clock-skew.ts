import { span } from "../display/span.js";

/** Closer clocks are as good as equal. */
const worthSayingMs = 2_000;

/** How far a clock is off the broker's: "10 min behind"; empty where it is not worth a word. */
export function skewText(clockSkewMs: number): string {
  if (Math.abs(clockSkewMs) <= worthSayingMs) return "";
  return `${span(Math.abs(clockSkewMs))} ${clockSkewMs > 0 ? "ahead of" : "behind"} the broker's`;
}
