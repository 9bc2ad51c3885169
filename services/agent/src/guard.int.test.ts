import { realClock, startTestBus } from "@ocelli/test-kit";
import { afterAll, expect, test } from "vitest";
import { busGuard } from "./adapters/bus-guard.js";
import { RunLog } from "./domain/run-log.js";
import type { ClaimOutcome, Guard, WorkModule, WorkPlugin } from "./domain/run-ports.js";
import { Runner } from "./domain/runner.js";
import { noSpool } from "./domain/spool.js";
import { answer, go, listenedPoll, offered, outletTo, resource, spec } from "./testing/fakes.js";

/** Two agents over a real broker are handed every task, as after a redelivery or with two leading schedulers. The devices note
 *  when they are asked; what they noted is compared with what the guard promises. */
const pairs = 40;
const slots = 5;

const { bus, stop: stopBus } = await startTestBus();
afterAll(stopBus);

/** Devices that count overlapping hits and remember how often each was asked. */
function devices() {
  const busy = new Map<string, number>();
  const hits = new Map<string, number>();
  let overlaps = 0;
  const module: WorkModule = {
    itemsPerCall: 100,
    poll: (items, listener) =>
      listenedPoll(async function* () {
        for (const { resource: one } of items) {
          const already = busy.get(one.id) ?? 0;
          if (already > 0) overlaps += 1;
          busy.set(one.id, already + 1);
          hits.set(one.id, (hits.get(one.id) ?? 0) + 1);
        }
        await realClock.sleep(10);
        for (const [i, { resource: one }] of items.entries()) {
          busy.set(one.id, (busy.get(one.id) ?? 1) - 1);
          yield answer(i);
        }
      }, listener),
    enrich: () => {
      throw new Error("not asked for");
    },
    discover: () => {
      throw new Error("not asked for");
    },
  };
  return { module, overlaps: () => overlaps, hits: () => [...hits.values()] };
}

function agent(name: string, module: WorkModule, guard: Guard) {
  const plugin: WorkPlugin = { spec: { ...spec, name }, kind: "polling", module, wantsEnrichments: [] };
  let attempts = 0;
  const runner = new Runner({
    clock: realClock,
    broker: { nowMs: () => 1_000_000, known: () => true, reconnectedAtMs: () => 0 },
    guard,
    results: outletTo(async () => ({ kind: "stored" })),
    spool: noSpool,
    enrichments: { find: async () => undefined },
    log: new RunLog(),
    agentId: name,
    leaseMs: 15_000,
    newAttempt: () => `${name} ${attempts++}`,
    event: () => {},
    onError: (message) => {
      throw new Error(message);
    },
    onRan: () => {},
    onFree: () => {},
  });
  return { plugin, runner };
}

/** Hands each slot of each pair to both agents at once, and waits until all is done. */
async function raceFor(plugin: string, guardOf: (guard: Guard) => Guard) {
  const world = devices();
  const agents = ["one", "two"].map(() => agent(plugin, world.module, guardOf(busGuard(bus))));
  for (let slot = 0; slot < slots; slot += 1) {
    for (let i = 0; i < pairs; i += 1) {
      const id = `device-${i}`;
      const entry = await bus.registers[0]?.get([plugin, id]);
      const task = { plugin, resource: { ...resource, id, endpoint: id }, revision: entry?.revision ?? 0 };
      for (const { runner, plugin: hosted } of agents) runner.offer(offered(task), hosted, go);
    }
    for (const { runner } of agents) expect(await runner.drained(20_000)).toBe(0);
  }
  for (const { runner } of agents) runner.stop();
  return world;
}

test("each device is asked once per slot and never twice at a time, however often its task is delivered", async () => {
  const world = await raceFor("guarded", (guard) => guard);
  expect(world.overlaps()).toBe(0);
  expect(world.hits()).toEqual(Array.from({ length: pairs }, () => slots));
});

test("without the claim the same race hits devices twice: the test above can fail", async () => {
  const unguarded = (guard: Guard): Guard => ({
    ...guard,
    claim: async (): Promise<ClaimOutcome> => ({ kind: "won", revision: 0 }),
    hold: async (_place, _register, expected) => ({ kind: "held", revision: expected }),
  });
  const world = await raceFor("unguarded", unguarded);
  expect(world.overlaps()).toBeGreaterThan(pairs);
  expect(world.hits().every((hits) => hits === 2 * slots)).toBe(true);
});
