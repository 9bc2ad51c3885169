import { expect, test } from "vitest";
import { spanMs } from "./span.js";

test.for([
  { why: "a minute is the shortest", text: "60s", want: 60_000 },
  { why: "minutes", text: "10m", want: 600_000 },
  { why: "a night", text: "8h", want: 28_800_000 },
] as const)("$why", ({ text, want }) => expect(spanMs(text)).toBe(want));

test.for(["10", "5s", "-1m", "1d", ""])("%s is refused", (text) => expect(() => spanMs(text)).toThrow(/60s, 10m, 8h/));
