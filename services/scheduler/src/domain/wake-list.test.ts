import fc from "fast-check";
import { expect, test } from "vitest";
import { WakeList } from "./wake-list.js";

test("each id is told once, never before its instant and at the first look 10 ms after it", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 5000 })),
      fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1 }),
      (ats, steps) => {
        const wakes = new WakeList();
        ats.forEach((atMs, id) => void wakes.add(id, atMs));
        const told = new Map<number, number>();
        const looks: number[] = [];
        let nowMs = 0;
        for (const step of [...steps, 6000]) {
          nowMs += step;
          looks.push(nowMs);
          wakes.drain(nowMs, (id) => {
            expect(told.has(id)).toBe(false);
            told.set(id, nowMs);
          });
        }
        ats.forEach((atMs, id) => {
          expect(told.get(id)).toBeGreaterThanOrEqual(atMs);
          expect(told.get(id)).toBeLessThanOrEqual(looks.find((look) => look >= atMs + 10) ?? 0);
        });
      },
    ),
  );
});

test("an id that is added while others are told comes later, even where its instant is past", () => {
  const wakes = new WakeList();
  const told: number[] = [];
  wakes.add(1, 100);
  const visit = (id: number): void => {
    told.push(id);
    if (id === 1) wakes.add(2, 50);
  };
  wakes.drain(200, visit);
  expect(told).toEqual([1]);
  wakes.drain(220, visit);
  expect(told).toEqual([1, 2]);
});
