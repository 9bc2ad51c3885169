import { expect, test } from "vitest";
import { ago, ahead, span } from "./span.js";

test.for([
  { why: "milliseconds are whole", ms: 230.6, want: "231 ms" },
  { why: "nothing is 0 ms", ms: 0, want: "0 ms" },
  { why: "what rounds up to a second is one", ms: 999.6, want: "1 s" },
  { why: "few seconds have a tenth", ms: 3_240, want: "3.2 s" },
  { why: "more seconds are whole", ms: 47_600, want: "48 s" },
  { why: "what rounds up to a minute is one", ms: 59_700, want: "1 min" },
  { why: "minutes have seconds", ms: 303_000, want: "5 min 3 s" },
  { why: "hours have minutes", ms: 7_500_000, want: "2 h 5 min" },
  { why: "days have hours", ms: 604_000_000, want: "6 d 23 h" },
  { why: "a span that runs backwards shows it", ms: -1_500, want: "-1.5 s" },
  { why: "what nobody knows is no number", ms: Number.NaN, want: "?" },
])("$why", ({ ms, want }) => expect(span(ms)).toBe(want));

test.for([
  { why: "what never happened is never", text: ago(0, 1_000), want: "never" },
  { why: "what a fast clock puts ahead just happened", text: ago(2_000, 1_000), want: "0 ms ago" },
  { why: "what is reached is now", text: ahead(1_000, 1_000), want: "now" },
  { why: "what comes is in a while", text: ahead(13_000, 1_000), want: "in 12 s" },
])("$why", ({ text, want }) => expect(text).toBe(want));
