import fc from "fast-check";
import { expect, test } from "vitest";
import { editDistance, nearest } from "./nearest.js";

test.for([
  {
    why: "a letter is missing",
    word: "resource_clas",
    of: ["resource_class", "resource_site"],
    want: "resource_class",
  },
  { why: "two neighbours are swapped", word: "LIEK", of: ["LIKE", "IN"], want: "LIKE" },
  { why: "only the case differs", word: "CORE", of: ["Core"], want: "Core" },
  { why: "the nearer of two is taken", word: "mian", of: ["man", "main"], want: "man" },
  { why: "more than a third of a word is another word", word: "port", of: ["core"], want: undefined },
  {
    why: "more than 3 are another word, however long",
    word: "execute_period_s",
    of: ["execute_frequency"],
    want: undefined,
  },
  { why: "there is nothing to choose from", word: "a", of: [], want: undefined },
])("$why", ({ word, of, want }) => expect(nearest(word, of)).toBe(want));

test.for([
  { why: "equal words", a: "abc", b: "abc", want: 0 },
  { why: "an insertion", a: "abc", b: "abxc", want: 1 },
  { why: "a deletion", a: "abc", b: "ac", want: 1 },
  { why: "a change", a: "abc", b: "axc", want: 1 },
  { why: "a swap of neighbours", a: "abc", b: "acb", want: 1 },
  { why: "everything", a: "abc", b: "", want: 3 },
])("$why: distance $want", ({ a, b, want }) => expect(editDistance(a, b)).toBe(want));

test("a distance is the same both ways, and 0 only between equals", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 6 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
    }),
  );
});
