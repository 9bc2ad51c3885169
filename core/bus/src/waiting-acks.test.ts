import fc from "fast-check";
import { expect, test } from "vitest";
import { WaitingAcks } from "./waiting-acks.js";

test("whoever waits is found once by its id, in any order and number, and the rest oldest first", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5), { maxLength: 5000 }), fc.nat(), (steps, cut) => {
      const waiting = new WaitingAcks<number>();
      const reference = new Map<number, number>();
      for (const step of steps) {
        if (step > 2) {
          const value = reference.size * 10 + step;
          reference.set(waiting.add(value), value);
        } else {
          const ids = [...reference.keys()].slice(0, 3);
          const id = ids[step] ?? waiting.next + step;
          expect(waiting.take(id)).toBe(reference.get(id));
          expect(waiting.take(id)).toBeUndefined();
          reference.delete(id);
        }
      }
      const end = cut % (waiting.next + 2);
      const below = [...reference].filter(([id]) => id < end);
      expect(waiting.takeBelow(end)).toEqual(below.map(([, value]) => value));
      for (const [id, value] of reference) expect(waiting.take(id)).toBe(id < end ? undefined : value);
    }),
    { numRuns: 30 },
  );
});

test("ten thousand may wait at once", () => {
  const waiting = new WaitingAcks<number>();
  const ids = Array.from({ length: 10_000 }, (_, i) => waiting.add(i));
  expect(ids.reverse().map((id) => waiting.take(id))).toEqual(Array.from({ length: 10_000 }, (_, i) => 9_999 - i));
});

test.for([0, -1, Number.NaN, 99])("nobody waits under %d", (id) => {
  const waiting = new WaitingAcks<number>();
  waiting.add(1);
  expect(waiting.take(id)).toBeUndefined();
});
