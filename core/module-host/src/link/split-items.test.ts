import { expect, test } from "vitest";
import { workItem } from "../testing/fake-modules.js";
import { hostLimits } from "./limits.js";
import { splitItems } from "./wire-item.js";

const sized = (bytes: number) => ({
  ...workItem("r"),
  enrichments: [{ namespace: "n", schema: "1", ttlS: 1, dataJson: new Uint8Array(bytes), resourceId: "" }],
});

test.for([
  { why: "few items travel in one call", sizes: [10, 10, 10], calls: [3] },
  { why: "a call aims for 256 KiB", sizes: [100_000, 100_000, 100_000, 10], calls: [2, 2] },
  { why: "an item that is larger alone travels alone", sizes: [10, 900_000, 10], calls: [1, 1, 1] },
  { why: "no items make no call", sizes: [], calls: [] },
])("$why", ({ sizes, calls }) => {
  expect(splitItems(sizes.map(sized), hostLimits).map((call) => call.length)).toEqual(calls);
});

test("a module that takes few items gets few, and all of them in order", () => {
  const items = Array.from({ length: 7 }, (_, i) => workItem(`r${i}`));
  const calls = splitItems(items, { ...hostLimits, itemsPerCall: 3 });
  expect(calls.map((call) => call.length)).toEqual([3, 3, 1]);
  expect(calls.flat()).toEqual(items);
});
