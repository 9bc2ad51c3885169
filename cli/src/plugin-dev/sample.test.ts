import { expect, test } from "vitest";
import { parseSample, Sampler } from "./sample.js";

test.for([
  { text: "10%", want: { kind: "share", share: 0.1 } },
  { text: "1/20", want: { kind: "share", share: 0.05 } },
  { text: "25", want: { kind: "count", count: 25 } },
] as const)("$text is a sample", ({ text, want }) => {
  expect(parseSample(text)).toEqual(want);
});

test.for(["", "0", "0%", "101%", "3/2", "1/0", "ten", "-5"])("%j is no sample, and says how one is written", (text) => {
  expect(() => parseSample(text)).toThrow("write 10%, 1/20, or 25");
});

const ids = Array.from({ length: 4_000 }, (_, i) => `sw-${i}`);

test("a share takes about so many resources, and always the same ones", () => {
  const [first, second] = [new Sampler(parseSample("10%")), new Sampler(parseSample("10%"))];
  const taken = ids.filter((id) => first.takes(id));
  expect(taken.length / ids.length).toBeCloseTo(0.1, 1);
  expect(
    ids
      .toReversed()
      .filter((id) => second.takes(id))
      .toReversed(),
  ).toEqual(taken);
});

test("a count takes the first that come, and goes on with them", () => {
  const sampler = new Sampler(parseSample("2"));
  expect(["a", "b", "c", "a", "c", "b"].map((id) => sampler.takes(id))).toEqual([true, true, false, true, false, true]);
});
