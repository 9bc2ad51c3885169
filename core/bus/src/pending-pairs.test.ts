import fc from "fast-check";
import { expect, test } from "vitest";
import { allSubjects } from "./pending-pairs.js";

const name = (number: number): string => `s${String(number).padStart(5, "0")}`;

async function read(ask: Parameters<typeof allSubjects>[0], overlap: number): Promise<string[]> {
  const all: string[] = [];
  for await (const subjects of allSubjects(ask, overlap)) all.push(...subjects);
  return all;
}

test("each subject that stays is seen once, whatever goes between two pages", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: 300 }),
      fc.array(fc.uniqueArray(fc.nat({ max: 300 }), { maxLength: 120 }), { maxLength: 12 }),
      fc.integer({ min: 2, max: 60 }),
      fc.integer({ min: 1, max: 20 }),
      async (count, removals, limit, overlap) => {
        let there = Array.from({ length: count }, (_, i) => name(i));
        let page = 0;
        const ask = async (offset: number) => {
          const subjects = there.slice(offset, offset + limit);
          const total = there.length;
          const gone = new Set((removals[page] ?? []).map(name));
          page += 1;
          there = there.filter((subject) => !gone.has(subject));
          return { subjects, total };
        };
        const seen = await read(ask, overlap);
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen).toEqual(expect.arrayContaining(there));
      },
    ),
    { numRuns: 500 },
  );
});

test("a server that says no total is asked once", async () => {
  let asked = 0;
  const ask = async () => {
    asked += 1;
    return { subjects: ["a", "b"], total: 0 };
  };
  expect(await read(ask, 10)).toEqual(["a", "b"]);
  expect(asked).toBe(1);
});
