import fc from "fast-check";
import { expect, test } from "vitest";
import { phaseMs, skewMs, slotAfter, slotAtOrBefore } from "./slot.js";

test.for([
  { why: "between two slots", nowMs: 100_000, atOrBefore: 70_000, after: 130_000 },
  { why: "on a slot, which is not after itself", nowMs: 70_000, atOrBefore: 70_000, after: 130_000 },
  { why: "just before a slot", nowMs: 69_999, atOrBefore: 10_000, after: 70_000 },
  { why: "before the first phase of all", nowMs: 0, atOrBefore: -50_000, after: 10_000 },
])("$why", ({ nowMs, atOrBefore, after }) => {
  expect(slotAtOrBefore(nowMs, 10_000, 60_000)).toBe(atOrBefore);
  expect(slotAfter(nowMs, 10_000, 60_000)).toBe(after);
});

const frequency = fc.integer({ min: 100, max: 7 * 24 * 3_600_000 });
const instant = fc.integer({ min: 0, max: 4_000_000_000_000 });

test("every instant lies between two slots one interval apart, and both are at the phase", () => {
  fc.assert(
    fc.property(instant, frequency, fc.string(), (nowMs, frequencyMs, resourceId) => {
      const phase = phaseMs({ plugin: "p", resourceId }, frequencyMs);
      const before = slotAtOrBefore(nowMs, phase, frequencyMs);
      const after = slotAfter(nowMs, phase, frequencyMs);
      expect(before).toBeLessThanOrEqual(nowMs);
      expect(after).toBeGreaterThan(nowMs);
      expect(after - before).toBe(frequencyMs);
      expect((after - phase) % frequencyMs).toBe(0);
    }),
  );
});

test("a phase is whole, lies in the interval and is the same each time", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), frequency, (plugin, resourceId, frequencyMs) => {
      const phase = phaseMs({ plugin, resourceId }, frequencyMs);
      expect(Number.isInteger(phase) && phase >= 0 && phase < frequencyMs).toBe(true);
      expect(phaseMs({ plugin, resourceId }, frequencyMs)).toBe(phase);
    }),
  );
});

test.for([
  { why: "names that count up", name: (i: number) => `switch-${i}`, frequencyMs: 60_000 },
  { why: "names that are padded", name: (i: number) => `ber1-${String(i).padStart(6, "0")}`, frequencyMs: 60_000 },
  { why: "addresses", name: (i: number) => `10.1.${i >> 8}.${i & 255}`, frequencyMs: 300_000 },
  { why: "interfaces of devices", name: (i: number) => `r${i >> 5}:ge-0/0/${i & 31}`, frequencyMs: 10_000 },
])("$why are spread evenly over the interval", ({ name, frequencyMs }) => {
  const perBucket = 200;
  const buckets = new Array<number>(60).fill(0);
  for (let i = 0; i < 60 * perBucket; i += 1) {
    const phase = phaseMs({ plugin: "snmp-interface", resourceId: name(i) }, frequencyMs);
    const bucket = Math.floor((phase * 60) / frequencyMs);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  // A fair throw stays within five standard deviations, which are 14 here.
  expect(Math.max(...buckets)).toBeLessThan(perBucket + 70);
  expect(Math.min(...buckets)).toBeGreaterThan(perBucket - 70);
});

test.for([
  { why: "a twentieth of a short interval", frequencyMs: 5_000, want: 250 },
  { why: "whole ms", frequencyMs: 110, want: 5 },
  { why: "never more than a second", frequencyMs: 3_600_000, want: 1_000 },
])("the skew is $why", ({ frequencyMs, want }) => expect(skewMs(frequencyMs)).toBe(want));
