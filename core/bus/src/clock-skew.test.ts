import { expect, test } from "vitest";
import { ClockSkew } from "./clock-skew.js";

const truth = 1_700_000_000_000;

/** What is measured and told while the wall clock shows each of these offsets from the broker's. */
function watched(offsets: readonly number[]): { readonly skews: readonly unknown[]; readonly told: readonly string[] } {
  const told: string[] = [];
  const log = {
    warn: () => told.push("differ"),
    info: () => told.push("agree again"),
    debug() {},
  };
  const wall = { atMs: 0 };
  const skew = new ClockSkew({ nowMs: () => truth }, { nowMs: () => wall.atMs }, log);
  const skews = offsets.map((offset) => {
    wall.atMs = truth + offset;
    return skew.measure();
  });
  return { skews, told };
}

test.for([
  { why: "a little apart is nothing to speak of", offsets: [2_000, -2_000], told: [] },
  { why: "a clock that goes wrong is told once", offsets: [0, 3_600_000, 3_600_001], told: ["differ"] },
  { why: "behind is as wrong as ahead", offsets: [-600_000], told: ["differ"] },
  { why: "and once when it is right again", offsets: [-600_000, 0, 1], told: ["differ", "agree again"] },
] as const)("$why", ({ offsets, told }) => {
  expect(watched(offsets)).toEqual({ skews: offsets, told });
});

test("while the broker's clock was never seen nothing is known of the skew", () => {
  const log = { info() {}, warn: () => expect.fail("there is nothing to tell"), debug() {} };
  expect(new ClockSkew({ nowMs: () => Number.NaN }, { nowMs: () => truth }, log).measure()).toBeUndefined();
});
