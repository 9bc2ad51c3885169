import { expect, test } from "vitest";
import { isExpired, judgeCompletion } from "./spool.js";

test.for([
  {
    why: "a register that still tells of the claim is completed",
    found: { running: true, attempt: "a", revision: 7 },
    want: { kind: "write", revision: 7 },
  },
  {
    why: "a register that the dead process completed is left alone",
    found: { running: false, attempt: "a", revision: 8 },
    want: { kind: "written" },
  },
  {
    why: "a register that somebody else claimed is left alone",
    found: { running: true, attempt: "b", revision: 9 },
    want: { kind: "taken_over" },
  },
  { why: "a register that was removed is not brought back", found: undefined, want: { kind: "taken_over" } },
] as const)("$why", ({ found, want }) => expect(judgeCompletion(found, "a")).toEqual(want));

test.for([
  { why: "a result as old as results are kept can still be looked up", ageMs: 1_000, keptForMs: 1_000, want: false },
  { why: "an older one is refused: nobody knows whether it was stored", ageMs: 1_001, keptForMs: 1_000, want: true },
  { why: "where results are kept for ever none is too old", ageMs: 1e12, keptForMs: 0, want: false },
  { why: "without a sight of the broker's clock nothing is too old", ageMs: Number.NaN, keptForMs: 1, want: false },
])("$why", ({ ageMs, keptForMs, want }) => expect(isExpired(5_000, 5_000 + ageMs, keptForMs)).toBe(want));
