import { pairKey, phaseMs, skewMs } from "@ocelli/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { aPlanned, aPlugin, startMs } from "../testing/builders.js";
import { type Hit, World } from "../testing/world.js";
import type { PlannedPlugin, PlannedResource } from "./planned.js";

const resources = ["a", "b", "c", "d", "e"].map((id) => aPlanned(id));

/** What may happen, and then some time passes. */
type Step = { readonly passMs: number } & (
  | { readonly kind: "pass" }
  | { readonly kind: "runs"; readonly takeAfterMs: number; readonly runMs: number | undefined }
  | { readonly kind: "feed"; readonly delayMs: number }
  | { readonly kind: "takers"; readonly there: boolean }
  | { readonly kind: "broker"; readonly there: boolean }
  | { readonly kind: "ready"; readonly ready: boolean }
  | { readonly kind: "on_demand"; readonly which: number }
  | { readonly kind: "remove" | "add"; readonly which: number }
  | { readonly kind: "restart" }
);

const passMs = fc.integer({ min: 25, max: 20_000 });
const common = [
  fc.record({ kind: fc.constant("pass" as const), passMs }),
  fc.record({
    kind: fc.constant("runs" as const),
    takeAfterMs: fc.constantFrom(0, 5, 1_000, 7_000),
    runMs: fc.constantFrom(50, 50, 2_000, 9_900, 23_000, undefined),
    passMs,
  }),
  fc.record({ kind: fc.constant("feed" as const), delayMs: fc.constantFrom(0, 30, 400, 5_000), passMs }),
  fc.record({ kind: fc.constant("takers" as const), there: fc.boolean(), passMs }),
  fc.record({ kind: fc.constant("broker" as const), there: fc.boolean(), passMs }),
];
const ready = fc.record({ kind: fc.constant("ready" as const), ready: fc.boolean(), passMs });
const onDemand = fc.record({ kind: fc.constant("on_demand" as const), which: fc.nat({ max: 4 }), passMs });
const churn = fc.record({
  kind: fc.constantFrom("remove" as const, "add" as const),
  which: fc.nat({ max: 4 }),
  passMs,
});
const restart = fc.record({ kind: fc.constant("restart" as const), passMs });

async function play(plugin: PlannedPlugin, steps: readonly Step[]): Promise<World> {
  const world = new World();
  const pairs = resources.map((resource): [PlannedPlugin, PlannedResource] => [plugin, resource]);
  for (const [, resource] of pairs) world.partition.put(plugin, resource);
  for (const step of steps) {
    if (step.kind === "runs") world.nextRun = step;
    if (step.kind === "feed") world.feedDelayMs = step.delayMs;
    if (step.kind === "takers") world.noTaker = !step.there;
    if (step.kind === "broker") world.brokerAway = !step.there;
    if (step.kind === "ready") plugin.ready = step.ready;
    if (step.kind === "on_demand") world.onDemand(plugin, resources[step.which] ?? aPlanned("a"));
    if (step.kind === "remove") world.partition.take("p", resources[step.which]?.resource.id ?? "");
    if (step.kind === "add") world.partition.put(plugin, resources[step.which] ?? aPlanned("a"));
    if (step.kind === "restart" && !world.brokerAway) world.restart(pairs);
    await world.pass(step.passMs);
  }
  return world;
}

/** Everything works again, for long enough that each slot finds its end. */
async function quiet(world: World, plugin: PlannedPlugin): Promise<void> {
  world.nextRun = { takeAfterMs: 0, runMs: 50 };
  world.feedDelayMs = 0;
  world.noTaker = false;
  world.brokerAway = false;
  plugin.ready = true;
  await world.pass(80_000);
}

function hitsOf(world: World, resource: PlannedResource): Hit[] {
  const key = pairKey({ plugin: "p", resourceId: resource.resource.id });
  return world.hits.filter(({ pair }) => pairKey(pair) === key);
}

test("each slot that was due ran or was missed, once", async () => {
  const steps = fc.array<Step>(fc.oneof(...common, ready), { maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(5_000, 10_000), async (taken, frequencyMs) => {
      const plugin = aPlugin({ frequencyMs });
      const world = await play(plugin, taken);
      await quiet(world, plugin);
      const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0);
      const due = resources.map(({ resource }) => {
        const phase = phaseMs({ plugin: "p", resourceId: resource.id }, frequencyMs);
        const index = (atMs: number): number => Math.floor((atMs - phase) / frequencyMs);
        return index(world.partition.cursorMs ?? startMs) - index(startMs);
      });
      // The newest slots may still be held or on their way, and the scheduler not yet told that they run.
      const open = resources.filter((planned) => {
        const id = world.partition.index.get("p", planned.resource.id) ?? -1;
        const slotAtMs = world.partition.pairs.openSlotAtMs.get(id);
        return slotAtMs > 0 && hitsOf(world, planned).at(-1)?.slotAtMs !== slotAtMs;
      });
      const missed = world.misses();
      const lost = resources.flatMap((resource) =>
        hitsOf(world, resource)
          .slice(0, -1)
          .filter((hit) => !hit.isCompleted),
      );
      expect(missed["agent_lost"] ?? 0).toBe(lost.length);
      expect(world.hits.length - lost.length + sum(Object.values(missed)) + open.length).toBe(sum(due));
      const slots = world.hits.map(({ pair, slotAtMs }) => `${pair.resourceId} ${slotAtMs}`);
      expect(new Set(slots).size).toBe(slots.length);
    }),
    { numRuns: 200 },
  );
}, 120_000);

test("no two runs of a pair overlap, and none starts sooner than its frequency allows, whatever happens", async () => {
  const steps = fc.array<Step>(fc.oneof(...common, ready, churn, restart, onDemand), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const plugin = aPlugin({ frequencyMs: 10_000 });
      const world = await play(plugin, taken);
      await quiet(world, plugin);
      for (const resource of resources) {
        const hits = hitsOf(world, resource);
        hits.slice(1).forEach((hit, i) => {
          const before = hits[i];
          expect(hit.startedAtMs).toBeGreaterThanOrEqual((before?.startedAtMs ?? 0) + 10_000 - skewMs(10_000));
          expect(hit.startedAtMs).toBeGreaterThanOrEqual(before?.endedAtMs ?? 0);
        });
      }
    }),
    { numRuns: 200 },
  );
}, 120_000);

test("after any trouble every pair runs at its own slots again within two intervals", async () => {
  const steps = fc.array<Step>(fc.oneof(...common, ready, restart), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const plugin = aPlugin({ frequencyMs: 10_000 });
      const world = await play(plugin, taken);
      await quiet(world, plugin);
      const sinceMs = world.nowMs - 30_000;
      for (const resource of resources) {
        expect(
          hitsOf(world, resource).filter(({ startedAtMs }) => startedAtMs > sinceMs).length,
        ).toBeGreaterThanOrEqual(2);
      }
    }),
    { numRuns: 50 },
  );
}, 120_000);
