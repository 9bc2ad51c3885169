import { expect, test } from "vitest";
import type { z } from "zod";
import { definePlugin, type PluginDefinition } from "./define-plugin.js";
import { PollFault } from "./poll-fault.js";
import { testPlugin } from "./test-plugin.js";

type Bare = PluginDefinition<z.ZodObject<Record<never, never>>>;

function discovering(discover: Bare["discover"]): ReturnType<typeof testPlugin> {
  return testPlugin(definePlugin({ name: "p", version: "1.0.0", description: "d", ...(discover && { discover }) }));
}

test("a discovery that ran through is complete", async () => {
  const found = await discovering(async function* (ctx) {
    ctx.scopes(["north"]);
    yield { id: "a", site: "north" };
    yield { id: "b", site: "north" };
  }).discover();
  expect(found.resources.map(({ id }) => id)).toEqual(["a", "b"]);
  expect(found.summary).toEqual({ complete: true, resources: 2, scopes: ["north"] });
});

test.for([
  { why: "a site could not be looked at", last: (fail: () => void) => fail(), scopes: ["north"] },
  {
    why: "it threw",
    last: () => {
      throw new PollFault("network", "cut");
    },
    scopes: ["north", "south"],
  },
])("a discovery is not complete where $why, and keeps what it found", async ({ last, scopes }) => {
  const found = await discovering(async function* (ctx) {
    ctx.scopes(["north", "south"]);
    yield { id: "a", site: "north" };
    last(() => ctx.partial("south", new PollFault("timeout", "no answer")));
  }).discover();
  expect(found.resources).toHaveLength(1);
  expect(found.partial).toHaveLength(1);
  expect(found.summary).toEqual({ complete: false, resources: 1, scopes });
});

test("a discovery leaves a wrong resource out, says which, and removes nothing", async () => {
  const found = await discovering(async function* () {
    yield { id: "a" };
    yield { id: "", site: "north" };
    yield { id: "a" };
    yield { id: "b" };
  }).discover();
  expect(found.resources.map(({ id }) => id)).toEqual(["a", "b"]);
  expect(found.partial).toMatchObject([
    { scope: "north", fault: { message: expect.stringContaining("id is empty") } },
    { scope: "", fault: { message: expect.stringMatching(/^discover of p \(.*\): resource "a" comes twice$/) } },
  ]);
  expect(found.summary).toMatchObject({ complete: false, resources: 2 });
});

test("a discovery that yields nothing by mistake is told how it is written", async () => {
  const found = await discovering((async () => [{ id: "a" }]) as never).discover();
  expect(found.fault?.message).toContain("write it as async *discover(ctx) { yield … }");
  expect(found.summary.complete).toBe(false);
});
