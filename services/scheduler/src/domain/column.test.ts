import { expect, test } from "vitest";
import { Column } from "./column.js";

test("what was set reads back, also far behind everything else, and the rest is 0", () => {
  const column = new Column(Float64Array);
  const ids = [0, 1, 16_383, 16_384, 100_000, 70_000];
  for (const id of ids) column.set(id, id + 0.5);
  for (const id of ids) expect(column.get(id)).toBe(id + 0.5);
  expect([column.get(2), column.get(99_999), column.get(5_000_000)]).toEqual([0, 0, 0]);
});
