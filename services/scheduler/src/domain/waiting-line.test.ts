import fc from "fast-check";
import { expect, test } from "vitest";
import { WaitingLine } from "./waiting-line.js";

test("who waits longest is first, whoever came and left in between", () => {
  const steps = fc.array(
    fc.record({ id: fc.nat({ max: 20 }), rankMs: fc.nat({ max: 50 }), leaves: fc.boolean(), takes: fc.boolean() }),
    { maxLength: 200 },
  );
  fc.assert(
    fc.property(steps, (taken) => {
      const line = new WaitingLine();
      const reference = new Map<number, number>();
      for (const { id, rankMs, leaves, takes } of taken) {
        if (leaves) {
          line.delete(id);
          reference.delete(id);
        } else if (!reference.has(id)) {
          line.add(id, 1, rankMs);
          reference.set(id, rankMs);
        }
        const [first] = [...reference].sort((a, b) => a[1] - b[1] || a[0] - b[0]);
        expect(line.first(() => true)).toBe(first?.[0]);
        expect(line.size).toBe(reference.size);
        if (takes && first) {
          line.delete(first[0]);
          reference.delete(first[0]);
        }
      }
    }),
  );
});

test("who stays in line keeps its place, with a newer slot as well", () => {
  const line = new WaitingLine();
  line.add(1, 10, 10);
  line.add(2, 20, 20);
  line.add(1, 10, 99);
  expect(line.first(() => true)).toBe(1);
  line.add(1, 30, 30);
  expect(line.first((id, slotAtMs) => id === 2 || slotAtMs === 30)).toBe(1);
});

test("who does not wait any more is passed over", () => {
  const line = new WaitingLine();
  for (const id of [1, 2, 3]) line.add(id, id, id);
  expect(line.first((id, slotAtMs) => id === slotAtMs && id > 2)).toBe(3);
  expect(line.size).toBe(1);
});
