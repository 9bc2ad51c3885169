import { partitionOf, type Resource } from "@ocelli/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { aRecord, aResource, aSpec } from "../testing/builders.js";
import { Plan, type Steps } from "./plan.js";
import type { PlannedPlugin, PlannedResource } from "./planned.js";

const partitions = 4;

/** The pairs of each partition, as texts. */
class Sinks {
  readonly led = new Map<number, Set<string>>();

  get(partition: number) {
    const pairs = this.led.get(partition);
    return (
      pairs && {
        put: (plugin: PlannedPlugin, resource: PlannedResource | undefined) =>
          void pairs.add(`${plugin.name} ${resource?.resource.id ?? ""}`),
        take: (plugin: string, id: string) => void pairs.delete(`${plugin} ${id}`),
      }
    );
  }
}

function finish(steps: Steps): void {
  while (!steps.next().done);
}

function planLeading(...led: number[]) {
  const sinks = new Sinks();
  for (const partition of led) sinks.led.set(partition, new Set());
  return {
    plan: new Plan(partitions, sinks),
    sinks,
    pairs: () => [...sinks.led.values()].flatMap((set) => [...set]).sort(),
  };
}

const everything = [0, 1, 2, 3];

test("a polling plugin pairs with what its filter matches, discovery with nothing, a sink not at all", () => {
  const { plan, pairs } = planLeading(...everything);
  finish(plan.setPlugin(aSpec({ name: "net", resourceFilter: 'resource_class = "network"' }), "polling"));
  finish(plan.setPlugin(aSpec({ name: "disc" }), "discovery"));
  finish(plan.setPlugin(aSpec({ name: "out" }), "sink"));
  plan.setResource(aRecord(aResource("sw1")));
  plan.setResource(aRecord(aResource("host", { class: "system" })));
  expect(pairs()).toEqual(["disc ", "net sw1"]);
});

test.for([
  {
    why: "a resource that changes class leaves its plugin",
    change: aResource("sw1", { class: "system" }),
    want: ["disc "],
  },
  {
    why: "a resource that moves to another endpoint moves with its pairs",
    change: aResource("sw1", { endpoint: "10.9.9.9" }),
    want: ["disc ", "net sw1"],
  },
])("$why", ({ change, want }) => {
  const { plan, pairs, sinks } = planLeading(...everything);
  finish(plan.setPlugin(aSpec({ name: "net", resourceFilter: 'resource_class = "network"' }), "polling"));
  finish(plan.setPlugin(aSpec({ name: "disc" }), "discovery"));
  plan.setResource(aRecord(aResource("sw1", { endpoint: "10.0.0.1" })));
  plan.setResource(aRecord(change));
  expect(pairs()).toEqual(want);
  const home = partitionOf("net", change, partitions);
  for (const [partition, set] of sinks.led) if (partition !== home) expect([...set]).not.toContain("net sw1");
});

test("a partition that is not led stays empty, and is filled when it is", () => {
  const { plan, pairs, sinks } = planLeading();
  finish(plan.setPlugin(aSpec({ name: "net" }), "polling"));
  plan.setResource(aRecord(aResource("sw1")));
  expect(pairs()).toEqual([]);
  const home = partitionOf("net", aResource("sw1"), partitions);
  sinks.led.set(home, new Set());
  finish(plan.lead(home));
  expect(pairs()).toEqual(["net sw1"]);
});

test("a filter that cannot be parsed matches nothing", () => {
  const { plan, pairs } = planLeading(...everything);
  plan.setResource(aRecord(aResource("sw1")));
  finish(plan.setPlugin(aSpec({ resourceFilter: "resource_class ~ 1" }), "polling"));
  expect(pairs()).toEqual([]);
});

/** The same resource at an endpoint of another partition. */
const elsewhere = ["10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"]
  .map((endpoint) => aResource("sw1", { endpoint }))
  .find((moved) => {
    const home = partitionOf("net", aResource("sw1", { endpoint: "10.0.0.1" }), partitions);
    return partitionOf("net", moved, partitions) !== home;
  }) as Resource;

test.for([
  { why: "goes", goes: (plan: Plan) => plan.removeResource("sw1") },
  {
    why: "moves to another partition",
    goes: (plan: Plan) => plan.setResource(aRecord(elsewhere)),
  },
])("a resource that $why while the pairs of a removed plugin are taken leaves no pair behind", ({ goes }) => {
  const { plan, pairs } = planLeading(...everything);
  finish(plan.setPlugin(aSpec({ name: "net" }), "polling"));
  plan.setResource(aRecord(aResource("sw1", { endpoint: "10.0.0.1" })));
  const steps = plan.removePlugin("net");
  goes(plan);
  finish(steps);
  expect(pairs()).toEqual([]);
});

test("any history of changes, cut into slices that overlap, ends like a plan made afresh", () => {
  const names = fc.constantFrom("p1", "p2", "p3");
  const ids = fc.constantFrom("r1", "r2", "r3", "r4", "r5");
  const change = fc.oneof(
    fc.record({
      kind: fc.constant("plugin" as const),
      name: names,
      filter: fc.constantFrom("", 'resource_class = "network"', 'resource_id LIKE "r%3"', 'resource_endpoint = "e1"'),
      service: fc.constantFrom("polling" as const, "discovery" as const, "sink" as const),
    }),
    fc.record({ kind: fc.constant("no_plugin" as const), name: names }),
    fc.record({
      kind: fc.constant("resource" as const),
      id: ids,
      class: fc.constantFrom("network", "system"),
      endpoint: fc.constantFrom("e1", "e2", "e3"),
    }),
    fc.record({ kind: fc.constant("no_resource" as const), id: ids }),
    fc.record({ kind: fc.constant("lead" as const), partition: fc.nat({ max: 3 }) }),
    fc.record({ kind: fc.constant("steps" as const), count: fc.nat({ max: 4 }) }),
  );
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      const { plan, pairs, sinks } = planLeading(0);
      const work: Steps[] = [];
      const doSteps = (count: number): void => {
        for (let i = 0; i < count && work[0]; i += 1) if (work[0].next().done) work.shift();
      };
      for (const one of changes) {
        if (one.kind === "plugin") {
          work.push(plan.setPlugin(aSpec({ name: one.name, resourceFilter: one.filter }), one.service));
        }
        if (one.kind === "no_plugin") work.push(plan.removePlugin(one.name));
        if (one.kind === "resource") plan.setResource(aRecord(aResource(one.id, one)));
        if (one.kind === "no_resource") plan.removeResource(one.id);
        if (one.kind === "lead" && !sinks.led.has(one.partition)) {
          sinks.led.set(one.partition, new Set());
          work.push(plan.lead(one.partition));
        }
        if (one.kind === "steps") doSteps(one.count);
      }
      doSteps(10_000);
      const fresh = planLeading(...sinks.led.keys());
      for (const { spec, kind } of plan.plugins.values()) finish(fresh.plan.setPlugin(spec, kind));
      for (const { resource } of plan.resources.values()) fresh.plan.setResource(aRecord(resource));
      expect(pairs()).toEqual(fresh.pairs());
    }),
    { numRuns: 1000 },
  );
});
