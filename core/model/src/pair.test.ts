import fc from "fast-check";
import { expect, test } from "vitest";
import { pairKey, partitionOf } from "./pair.js";

const pluginName = fc.string({ minLength: 1 }).filter((name) => !name.includes("\u0000"));
const pair = fc.record({ plugin: pluginName, resourceId: fc.string() });

test("different pairs have different keys", () => {
  fc.assert(
    fc.property(pair, pair, (a, b) => {
      const same = a.plugin === b.plugin && a.resourceId === b.resourceId;
      expect(pairKey(a) === pairKey(b)).toBe(same);
    }),
  );
});

test("a dash or space moved from one name to the other is another pair", () => {
  expect(pairKey({ plugin: "a-b", resourceId: "c" })).not.toBe(pairKey({ plugin: "a", resourceId: "b-c" }));
});

test("all plugins of one endpoint share its partition, which is one of those there are", () => {
  fc.assert(
    fc.property(pluginName, pluginName, fc.string(), fc.integer({ min: 1, max: 64 }), (p, q, endpoint, partitions) => {
      const partition = partitionOf(p, { endpoint }, partitions);
      expect(partitionOf(q, { endpoint }, partitions)).toBe(partition);
      expect(Number.isInteger(partition) && partition >= 0 && partition < partitions).toBe(true);
    }),
  );
});

test("a pair without a resource goes by its plugin, as an endpoint of that name would", () => {
  expect(partitionOf("file-discovery", undefined, 8)).toBe(partitionOf("x", { endpoint: "file-discovery" }, 8));
});

test.for([
  { why: "addresses", endpoint: (i: number) => `10.0.${i >> 8}.${i & 255}` },
  { why: "addresses with ports", endpoint: (i: number) => `127.0.0.1:${20_000 + i}` },
  { why: "host names", endpoint: (i: number) => `switch-${i}.example.net` },
])("$why are spread over the partitions", ({ endpoint }) => {
  const counts = new Array<number>(8).fill(0);
  for (let i = 0; i < 4_000; i += 1) {
    const partition = partitionOf("p", { endpoint: endpoint(i) }, 8);
    counts[partition] = (counts[partition] ?? 0) + 1;
  }
  expect(Math.min(...counts)).toBeGreaterThan(350);
  expect(Math.max(...counts)).toBeLessThan(650);
});
