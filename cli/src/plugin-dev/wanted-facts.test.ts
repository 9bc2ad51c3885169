import { create } from "@bufbuild/protobuf";
import { GetEnrichmentsResponseSchema } from "@ocelli/proto/registry";
import { expect, test } from "vitest";
import { knownFacts, wantedFacts } from "./wanted-facts.js";

test.for([
  {
    why: "what the module wants of the resource itself",
    preload: [],
    want: [{ resourceId: "sw-1", namespaces: ["a", "b"] }],
  },
  {
    why: "what the plugin file asks for instead, of others as well",
    preload: ["self:a", "core:1:c", "core:1:d"],
    want: [
      { resourceId: "sw-1", namespaces: ["a"] },
      { resourceId: "core:1", namespaces: ["c", "d"] },
    ],
  },
])("a copy gets $why", ({ preload, want }) => {
  expect(wantedFacts(preload, ["a", "b"], "sw-1")).toEqual(want);
});

test("facts whose time is over do not travel, as with a live run", async () => {
  const known = { sw: ["a", "b", "old"] } as Record<string, string[]>;
  const getEnrichments = async ({ resourceId = "" }) =>
    create(GetEnrichmentsResponseSchema, {
      enrichments: (known[resourceId] ?? []).map((namespace) => ({
        set: { namespace, dataJson: new TextEncoder().encode("{}") },
        expiresAtMs: namespace === "old" ? 999n : 1_001n,
      })),
    });
  const found = await knownFacts({ getEnrichments }, [{ resourceId: "sw", namespaces: ["a", "old"] }], 1_000);
  expect(found.map(({ namespace }) => namespace)).toEqual(["a"]);
});
