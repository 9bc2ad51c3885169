import fc from "fast-check";
import { expect, test } from "vitest";
import { likeMatcher } from "./like.js";

test.for([
  { why: "an empty pattern matches the empty value only", pattern: "", yes: [""], no: ["a"] },
  { why: "% matches anything", pattern: "%", yes: ["", "a", "é\n🦎"], no: [] },
  { why: "_ matches one character", pattern: "_", yes: ["a", "é", "🦎"], no: ["", "ab", "🦎🦎"] },
  { why: "a prefix", pattern: "ab%", yes: ["ab", "ABc"], no: ["xab", "a"] },
  { why: "a suffix", pattern: "%ab", yes: ["ab", "xAB"], no: ["abx"] },
  { why: "a part", pattern: "%ab%", yes: ["ab", "xABy"], no: ["axb"] },
  { why: "a part between two", pattern: "a%b", yes: ["ab", "aXb", "abab"], no: ["aba", "b"] },
  { why: "_ and % together", pattern: "_%_", yes: ["ab", "abc", "🦎🦎"], no: ["a", "🦎"] },
  { why: "going back to the last %", pattern: "%aab_", yes: ["aaaabx"], no: ["aaaab"] },
  { why: "signs of regular expressions are themselves", pattern: "a.c[1]*%_", yes: ["a.c[1]*xy"], no: ["abc[1]*xy"] },
  { why: "only ASCII letters fold", pattern: "É%k", yes: ["Éxk", "ÉK"], no: ["éxk", "Éx\u212a"] },
])("$why", ({ pattern, yes, no }) => {
  const like = likeMatcher(pattern);
  expect(yes.filter((value) => !like(value))).toEqual([]);
  expect(no.filter((value) => like(value))).toEqual([]);
});

/** Straight from the definition. */
function reference(pattern: string, value: string): boolean {
  const source = [...pattern].map((c) =>
    c === "%" ? ".*" : c === "_" ? "." : `\\u{${c.codePointAt(0)?.toString(16)}}`,
  );
  const fold = (text: string): string => text.replace(/[A-Z]/g, (c) => c.toLowerCase());
  return new RegExp(`^${source.join("")}$`, "su").test(fold(value));
}

test("it agrees with the definition", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "B", "é", "🦎"), maxLength: 8 });
  const pattern = fc.string({ unit: fc.constantFrom("a", "b", "é", "🦎", "%", "_"), maxLength: 6 });
  fc.assert(
    fc.property(pattern, text, (like, value) => {
      expect(likeMatcher(like)(value)).toBe(reference(like, value));
    }),
    { numRuns: 2000 },
  );
});

test("a pattern made to explode is answered all the same", () => {
  expect(likeMatcher(`${"%a".repeat(500)}%b`)("a".repeat(2000))).toBe(false);
});
