import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { DiscoveryPart } from "@ocelli/model";
import { DiscoverResponseSchema } from "@ocelli/proto/plugin";
import { expect, test } from "vitest";
import { DiscoveryLedger } from "./discovery-ledger.js";

type Init = MessageInitShape<typeof DiscoverResponseSchema>;

const batch = (...ids: string[]): Init => ({
  part: { case: "batch", value: { resources: ids.map((id) => ({ id })) } },
});
const partial = (scope: string): Init => ({ part: { case: "partialError", value: { scope } } });
const summary = (resources: number, scopes: string[] = [], complete = true): Init => ({
  part: { case: "summary", value: { summary: { complete, resources, scopes } } },
});

test.for<{ why: string; sent: Init[]; complete: boolean; resources: number; notes?: RegExp }>([
  {
    why: "a discovery that adds up is complete",
    sent: [batch("a"), batch("b"), summary(2)],
    complete: true,
    resources: 2,
  },
  { why: "an empty one that says so is complete", sent: [summary(0)], complete: true, resources: 0 },
  {
    why: "one that says it is not complete is not",
    sent: [batch("a"), summary(1, [], false)],
    complete: false,
    resources: 1,
  },
  {
    why: "a count that does not match makes it incomplete",
    sent: [batch("a"), summary(2)],
    complete: false,
    resources: 1,
    notes: /counts 2 resources and 1 came/,
  },
  {
    why: "a refused resource makes it incomplete",
    sent: [batch("a", ""), summary(2)],
    complete: false,
    resources: 1,
    notes: /resource "" is refused: id is empty.*1 of its resources were refused/s,
  },
  {
    why: "a resource that comes twice is taken once",
    sent: [batch("a", "a"), summary(2)],
    complete: false,
    resources: 1,
    notes: /resource "a" comes twice/,
  },
  {
    why: "a failed scope that the summary claims makes it incomplete",
    sent: [batch("a"), partial("berlin"), summary(1)],
    complete: false,
    resources: 1,
    notes: /claims what it could not look at \("berlin"\)/,
  },
  {
    why: "a failed scope that the summary leaves out does no harm",
    sent: [batch("a"), partial("berlin"), summary(1, ["rome"])],
    complete: true,
    resources: 1,
  },
  {
    why: "what comes after the summary is ignored",
    sent: [batch("a"), summary(1), batch("b")],
    complete: true,
    resources: 1,
    notes: /more after the summary/,
  },
])("$why", ({ sent, complete, resources, notes }) => {
  const ledger = new DiscoveryLedger();
  const steps = sent.map((init) => ledger.take(create(DiscoverResponseSchema, init)));
  const parts = steps.flatMap((step): readonly DiscoveryPart[] => step.parts);
  const ids = parts.flatMap((part) => (part.kind === "resources" ? part.resources : []));
  expect(ids).toHaveLength(resources);
  expect(parts.filter((part) => part.kind === "end")).toMatchObject([{ summary: { complete, resources } }]);
  expect(steps.flatMap((step) => step.notes).join("\n")).toMatch(notes ?? /^$/);
});
