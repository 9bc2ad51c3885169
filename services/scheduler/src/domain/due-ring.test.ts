import { slotAtOrBefore } from "@ocelli/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { startMs } from "../testing/builders.js";
import { Column } from "./column.js";
import { DueRing } from "./due-ring.js";

function ringOf(frequencyMs: number, phases: readonly number[]) {
  const seats = { phaseMs: new Column(Uint32Array), next: new Column(Int32Array), previous: new Column(Int32Array) };
  const ring = new DueRing(frequencyMs, seats);
  phases.forEach((phase, id) => {
    seats.phaseMs.set(id, phase);
    ring.add(id);
  });
  return ring;
}

function dueIn(ring: DueRing, fromMs: number, toMs: number) {
  const due: { id: number; slotAtMs: number; older: number }[] = [];
  ring.due(fromMs, toMs, (id, slotAtMs, older) => due.push({ id, slotAtMs, older }));
  return due.sort((a, b) => a.id - b.id);
}

describe("what is due", () => {
  test.for([
    { why: "a slot at the end of the range is due", from: 0, to: 5000, want: [{ id: 0, slotAtMs: 5000, older: 0 }] },
    { why: "a slot at its start was due before", from: 5000, to: 9999, want: [] },
    {
      why: "a range over the end of the interval",
      from: 9990,
      to: 15000,
      want: [{ id: 0, slotAtMs: 15000, older: 0 }],
    },
    { why: "an empty range", from: 5000, to: 5000, want: [] },
    { why: "a range that goes back", from: 6000, to: 4000, want: [] },
    { why: "exactly one interval", from: 5000, to: 15000, want: [{ id: 0, slotAtMs: 15000, older: 0 }] },
    { why: "several intervals", from: 4999, to: 35000, want: [{ id: 0, slotAtMs: 35000, older: 3 }] },
  ])("$why", ({ from, to, want }) => {
    expect(dueIn(ringOf(10_000, [5000]), from, to)).toEqual(want);
  });

  test("every slot of every pair is told exactly once, however time is cut", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1, maxLength: 40 }),
        fc.array(fc.integer({ min: 0, max: 250_000 }), { minLength: 1, maxLength: 20 }),
        (frequencyMs, places, cuts) => {
          const phases = places.map((place) => Math.floor(place * frequencyMs));
          const ring = ringOf(frequencyMs, phases);
          const told = phases.map(() => 0);
          let fromMs = startMs;
          for (const cut of cuts) {
            for (const { id, slotAtMs, older } of dueIn(ring, fromMs, fromMs + cut)) {
              expect(slotAtMs).toBe(slotAtOrBefore(fromMs + cut, phases[id] ?? 0, frequencyMs));
              told[id] = (told[id] ?? 0) + 1 + older;
            }
            fromMs += cut;
          }
          const slots = (at: number, phase: number) => Math.floor((at - phase) / frequencyMs);
          expect(told).toEqual(phases.map((phase) => slots(fromMs, phase) - slots(startMs, phase)));
        },
      ),
    );
  });
});

test("a pair that was removed is due no more, and its neighbours still are", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 9_999 }), { minLength: 1, maxLength: 30 }),
      fc.array(fc.nat({ max: 29 })),
      (phases, picks) => {
        const ring = ringOf(10_000, phases);
        const left = new Set(phases.keys());
        for (const id of picks) if (left.delete(id)) ring.remove(id);
        expect(ring.size).toBe(left.size);
        expect(dueIn(ring, startMs, startMs + 10_000).map(({ id }) => id)).toEqual([...left]);
      },
    ),
  );
});

test("the visitor may remove the pair it is told of", () => {
  const ring = ringOf(10_000, [1, 1, 1, 2]);
  const due: number[] = [];
  ring.due(0, 5, (id) => {
    due.push(id);
    ring.remove(id);
  });
  expect(due).toHaveLength(4);
  expect(ring.size).toBe(0);
});
