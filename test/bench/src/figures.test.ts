import { describe, expect, test } from "vitest";
import { median, medianBy, percentile, withoutNumbers } from "./figures.js";

describe("medians and percentiles", () => {
  test.for([
    { why: "the middle of an odd number, whatever their order", values: [9, 1, 5], want: 5 },
    { why: "the mean of the two middle ones of an even number", values: [1, 9, 5, 3], want: 4 },
    { why: "one window is its own median", values: [7], want: 7 },
    { why: "no window has none", values: [], want: Number.NaN },
  ])("$why", ({ values, want }) => expect(median(values)).toBe(want));

  test.for([
    {
      why: "p99 of a hundred values is the second largest",
      values: Array.from({ length: 100 }, (_, i) => i + 1),
      share: 0.99,
      want: 99,
    },
    { why: "p50 of one value is that value", values: [4], share: 0.5, want: 4 },
    { why: "nothing has no percentile, and not zero", values: [], share: 0.5, want: null },
  ])("$why", ({ values, share, want }) => expect(percentile(values, share)).toBe(want));

  test("a process that was absent in a window counts as nothing there", () => {
    expect(medianBy([{ agent: 10, module: 2 }, { agent: 20 }, { agent: 30, module: 4 }])).toEqual({
      agent: 20,
      module: 2,
    });
  });

  test("the brokers of a cluster are one column", () => {
    expect(withoutNumbers({ "broker-1": 1, "broker-2": 2, "broker-3": 3, agent: 4 })).toEqual({ broker: 6, agent: 4 });
  });
});
