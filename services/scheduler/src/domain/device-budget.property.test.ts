import { type PairId, pairKey, phaseMs } from "@ocelli/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { aPlanned, aPlugin, startMs } from "../testing/builders.js";
import { type Hit, World } from "../testing/world.js";
import type { DeviceLimits } from "./device-rules.js";
import type { PlannedPlugin, PlannedResource } from "./planned.js";

/** Two devices with several resources each, and three plugins of different frequency against all of them. */
const resources = [
  aPlanned("a1", 0, { endpoint: "A" }),
  aPlanned("a2", 0, { endpoint: "A" }),
  aPlanned("a3", 0, { endpoint: "A" }),
  aPlanned("b1", 0, { endpoint: "B" }),
  aPlanned("b2", 0, { endpoint: "B" }),
];
const plugins = () => [
  aPlugin({ name: "p", frequencyMs: 5_000 }),
  aPlugin({ name: "q", frequencyMs: 10_000 }),
  aPlugin({ name: "r", frequencyMs: 20_000 }),
];
const leaseMs = 3_000;

type Step = { readonly passMs: number } & (
  | { readonly kind: "pass" }
  | { readonly kind: "runs"; readonly takeAfterMs: number; readonly runMs: number | undefined }
  | { readonly kind: "feed"; readonly delayMs: number }
  | { readonly kind: "takers"; readonly there: boolean }
  | { readonly kind: "broker"; readonly there: boolean }
  | { readonly kind: "ready"; readonly which: number; readonly ready: boolean }
  | { readonly kind: "pause"; readonly which: number; readonly paused: boolean }
  | { readonly kind: "remove" | "add"; readonly which: number }
  | { readonly kind: "leader" }
);

const passMs = fc.integer({ min: 25, max: 12_000 });
const common = [
  fc.record({ kind: fc.constant("pass" as const), passMs }),
  fc.record({
    kind: fc.constant("runs" as const),
    takeAfterMs: fc.constantFrom(0, 5, 500, 4_000, 13_000),
    runMs: fc.constantFrom(50, 50, 700, 2_000, 9_900, undefined),
    passMs,
  }),
  // Less than the margin of leases: a leader that hears later than that takes runs for lost that are not.
  fc.record({ kind: fc.constant("feed" as const), delayMs: fc.constantFrom(0, 30, 400, 1_500), passMs }),
  fc.record({ kind: fc.constant("takers" as const), there: fc.boolean(), passMs }),
  fc.record({ kind: fc.constant("broker" as const), there: fc.boolean(), passMs }),
  fc.record({ kind: fc.constant("ready" as const), which: fc.nat({ max: 2 }), ready: fc.boolean(), passMs }),
];
const churn = [
  fc.record({ kind: fc.constant("pause" as const), which: fc.nat({ max: 2 }), paused: fc.boolean(), passMs }),
  fc.record({ kind: fc.constantFrom("remove" as const, "add" as const), which: fc.nat({ max: 4 }), passMs }),
];
const leader = fc.record({ kind: fc.constant("leader" as const), passMs });
const limits = fc.record({
  maxInFlight: fc.integer({ min: 1, max: 4 }),
  minGapMs: fc.constantFrom(0, 0, 100, 500),
});

interface Played {
  readonly world: World;
  readonly all: readonly PlannedPlugin[];
}

async function play(of: Record<"A" | "B", DeviceLimits>, steps: readonly Step[]): Promise<Played> {
  const world = new World();
  for (const [endpoint, stands] of Object.entries(of)) world.limits.set(endpoint, stands);
  const all = plugins();
  const pairs = (): [PlannedPlugin, PlannedResource][] =>
    all.flatMap((plugin) => resources.map((resource): [PlannedPlugin, PlannedResource] => [plugin, resource]));
  for (const [plugin, resource] of pairs()) world.partition.put(plugin, resource);
  for (const step of steps) {
    const which = "which" in step ? step.which : 0;
    const plugin = all[which];
    if (step.kind === "runs") world.nextRun = step;
    if (step.kind === "feed") world.feedDelayMs = step.delayMs;
    if (step.kind === "takers") world.noTaker = !step.there;
    if (step.kind === "broker") world.brokerAway = !step.there;
    if (step.kind === "ready" && plugin) plugin.ready = step.ready;
    if (step.kind === "pause" && plugin) plugin.paused = step.paused;
    if (step.kind === "remove")
      for (const { name } of all) world.partition.take(name, resources[which]?.resource.id ?? "");
    if (step.kind === "add") for (const one of all) world.partition.put(one, resources[which] ?? aPlanned("a"));
    if (step.kind === "leader" && !world.brokerAway) world.restart(pairs());
    await world.pass(step.passMs);
  }
  return { world, all };
}

/** Everything works again, for long enough that each slot finds its end. */
async function quiet({ world, all }: Played, ms: number): Promise<void> {
  world.nextRun = { takeAfterMs: 0, runMs: 50 };
  world.feedDelayMs = 0;
  world.noTaker = false;
  world.brokerAway = false;
  for (const plugin of all) {
    plugin.ready = true;
    plugin.paused = false;
  }
  await world.pass(ms);
}

const endpointOf = ({ resourceId }: PairId): string => resourceId.slice(0, 1).toUpperCase();

/** What one device saw, in the order of its starts. Who died may have been busy there until its lease was lost. */
function seenBy(world: World, endpoint: string): { readonly fromMs: number; readonly toMs: number }[] {
  return world.hits
    .filter(({ pair }) => endpointOf(pair) === endpoint)
    .map(({ startedAtMs, endedAtMs }: Hit) => ({ fromMs: startedAtMs, toMs: endedAtMs ?? startedAtMs + leaseMs * 0.8 }))
    .sort((a, b) => a.fromMs - b.fromMs);
}

function expectBudgetKept(world: World, endpoint: string, { maxInFlight, minGapMs }: DeviceLimits): void {
  const seen = seenBy(world, endpoint);
  for (const { fromMs } of seen) {
    const atOnce = seen.filter((other) => other.fromMs <= fromMs && other.toMs > fromMs).length;
    expect(atOnce).toBeLessThanOrEqual(maxInFlight);
  }
  seen.slice(1).forEach(({ fromMs }, i) => {
    expect(fromMs - (seen[i]?.fromMs ?? 0)).toBeGreaterThanOrEqual(minGapMs);
  });
}

test("no device sees more runs at once than it stands, nor starts closer than it bears, whatever happens", async () => {
  const steps = fc.array<Step>(fc.oneof(...common, ...churn, leader), { maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(limits, limits, steps, async (A, B, taken) => {
      const played = await play({ A, B }, taken);
      await quiet(played, 40_000);
      expectBudgetKept(played.world, "A", A);
      expectBudgetKept(played.world, "B", B);
    }),
    { numRuns: 150 },
  );
}, 120_000);

test("each slot that was due ran or was missed, once, however long it was held back", async () => {
  const steps = fc.array<Step>(fc.oneof(...common), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(limits, limits, steps, async (A, B, taken) => {
      const played = await play({ A, B }, taken);
      const { world, all } = played;
      await quiet(played, 60_000);
      const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0);
      const pairs = all.flatMap(({ name, spec }) =>
        resources.map(({ resource }) => ({ plugin: name, resourceId: resource.id, frequencyMs: spec.frequencyMs })),
      );
      const due = pairs.map(({ frequencyMs, ...pair }) => {
        const index = (atMs: number): number => Math.floor((atMs - phaseMs(pair, frequencyMs)) / frequencyMs);
        return index(world.partition.cursorMs ?? startMs) - index(startMs);
      });
      const hitsOf = (pair: PairId): Hit[] => world.hits.filter((hit) => pairKey(hit.pair) === pairKey(pair));
      const open = pairs.filter((pair) => {
        const id = world.partition.index.get(pair.plugin, pair.resourceId) ?? -1;
        const slotAtMs = world.partition.pairs.openSlotAtMs.get(id);
        return slotAtMs > 0 && hitsOf(pair).at(-1)?.slotAtMs !== slotAtMs;
      });
      const lost = pairs.flatMap((pair) =>
        hitsOf(pair)
          .slice(0, -1)
          .filter((hit) => !hit.isCompleted),
      );
      const missed = world.misses();
      expect(missed["agent_lost"] ?? 0).toBe(lost.length);
      expect(world.hits.length - lost.length + sum(Object.values(missed)) + open.length).toBe(sum(due));
      const slots = world.hits.map(({ pair, slotAtMs }) => `${pairKey(pair)} ${slotAtMs}`);
      expect(new Set(slots).size).toBe(slots.length);
    }),
    { numRuns: 150 },
  );
}, 120_000);

test("after any trouble every pair gets its turn again", async () => {
  const steps = fc.array<Step>(fc.oneof(...common, leader), { maxLength: 15 });
  await fc.assert(
    fc.asyncProperty(limits, limits, steps, async (A, B, taken) => {
      const played = await play({ A, B }, taken);
      const { world, all } = played;
      await quiet(played, 40_000);
      const sinceMs = world.nowMs;
      await world.pass(40_000);
      for (const { name, spec } of all) {
        for (const { resource } of resources) {
          const mine = world.hits.filter(
            ({ pair, startedAtMs }) => startedAtMs > sinceMs && pair.plugin === name && pair.resourceId === resource.id,
          );
          expect(mine.length).toBeGreaterThanOrEqual(40_000 / spec.frequencyMs - 1);
        }
      }
    }),
    { numRuns: 60 },
  );
}, 120_000);
