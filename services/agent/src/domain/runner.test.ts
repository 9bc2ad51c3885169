import type { Result, WorkItem } from "@ocelli/model";
import { describe, expect, test } from "vitest";
import { aFault, answer, go, offered, outletTo, world } from "../testing/fakes.js";

/** A module that answers nothing until it is cancelled. */
async function* never(_items: readonly WorkItem[], signal: AbortSignal) {
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  yield* [];
}

test("a task is claimed with the revision it brings, called, published and completed, in this order", async () => {
  const { clock, writes, published, plugin, runner, log } = world();
  const one = offered();
  runner.offer(one, plugin, go);
  await clock.advance(10);
  expect(one.settled).toBe("acked");
  expect(writes).toEqual([
    { running: true, expected: 3, status: "success", state: [1] },
    { running: false, expected: 4, status: "success", state: [1] },
  ]);
  expect(published).toMatchObject([{ fence: 4, slotAtMs: 1_000_000, status: "success", last: true }]);
  expect(runner.placesTaken()).toBe(0);
  expect(Object.fromEntries(log.counters())).toMatchObject({ claims_won: 1, results_published: 1 });
});

describe("nothing starts", () => {
  test.for([
    { why: "when the register moved since the scheduler looked", claim: "superseded", settled: "acked" },
    { why: "when nobody knows what became of the claim", claim: "unknown", settled: "" },
  ] as const)("$why", async ({ claim, settled }) => {
    const { clock, state, published, plugin, runner } = world();
    state.claim = { kind: claim };
    const one = offered();
    runner.offer(one, plugin, go);
    await clock.advance(100);
    expect(one.settled).toBe(settled);
    expect(published).toEqual([]);
    expect(runner.placesTaken()).toBe(0);
  });

  test("while the broker is not known to keep writes: not even a claim", async () => {
    const { clock, state, writes, plugin, runner } = world();
    state.known = false;
    const one = offered();
    runner.offer(one, plugin, go);
    await clock.advance(100);
    expect(writes).toEqual([]);
    expect(one.settled).toBe("retry 1000");
  });

  test("before the task's notBefore by the broker's clock", async () => {
    const { clock, writes, plugin, runner } = world();
    runner.offer(offered({ notBeforeAtMs: 1_000_400 }), plugin, go);
    await clock.advance(399);
    expect(writes).toEqual([]);
    await clock.advance(20);
    expect(writes[0]?.running).toBe(true);
  });

  test("after the task has expired", async () => {
    const { clock, writes, plugin, runner, log } = world();
    const one = offered({ expiresAtMs: 999_999 });
    runner.offer(one, plugin, go);
    await clock.advance(10);
    expect(writes).toEqual([]);
    expect(one.settled).toBe("acked");
    expect(log.counters().get("tasks_expired")).toBe(1);
  });
});

test("runs of one module travel in one call, and one that fails leaves the others alone", async () => {
  const { clock, state, published, plugin, runner } = world();
  const calls: number[] = [];
  state.poll = async function* (items) {
    calls.push(items.length);
    yield answer(1);
    yield answer(0, { groups: [], fault: aFault });
  };
  for (let i = 0; i < 2; i += 1) runner.offer(offered(), plugin, go);
  await clock.advance(10);
  expect(calls).toEqual([2]);
  expect(published.map(({ status }) => status).sort()).toEqual(["network", "success"]);
});

test("a device that does not answer is status 3 as a metric at its deadline, and the call is cancelled", async () => {
  const { clock, state, published, plugin, runner, writes } = world();
  let cancelled = false;
  state.poll = async function* (items, signal) {
    yield* never(items, signal);
    cancelled = signal.aborted;
  };
  runner.offer(offered(), plugin, go);
  await clock.advance(10_100);
  expect(cancelled).toBe(true);
  expect(published[0]?.status).toBe("timeout");
  expect(published[0]?.groups).toMatchObject([{ name: "status", metrics: [{ name: "status", value: 3 }] }]);
  expect(writes.at(-1)).toMatchObject({ running: false, status: "timeout" });
});

test("an item that makes progress gets more time, but never beyond one interval after its start", async () => {
  const { clock, state, published, plugin, runner } = world();
  const granted: (number | undefined)[] = [];
  state.poll = async function* (items, signal, grant) {
    await clock.sleep(8_000, signal);
    granted.push(grant?.(0, 20_000), grant?.(0, 1_000), grant?.(0, 900_000));
    yield* never(items, signal);
  };
  const short = { ...plugin, spec: { ...plugin.spec, timeoutMs: 10_000 } };
  runner.offer(offered(), short, go);
  await clock.advance(12_000);
  expect(published).toEqual([]);
  await clock.advance(49_000);
  expect(granted.map((ms) => Math.round((ms ?? 0) / 1_000))).toEqual([20, 0, 52]);
  expect(published[0]?.status).toBe("timeout");
});

test("a module that ends its call without an answer is an internal failure, not silence", async () => {
  const { clock, state, published, plugin, runner } = world();
  state.poll = async function* () {};
  runner.offer(offered(), plugin, go);
  await clock.advance(10);
  expect(published[0]).toMatchObject({ status: "internal" });
});

describe("the lease", () => {
  test("of a long run is renewed with the revision it holds, and the completion expects the newest", async () => {
    const { clock, state, plugin, runner, writes } = world();
    state.poll = async function* (items, signal) {
      await clock.sleep(8_000, signal);
      for (const [i] of items.entries()) yield answer(i);
    };
    runner.offer(offered(), plugin, go);
    await clock.advance(9_000);
    expect(writes.map(({ running, expected }) => ({ running, expected }))).toEqual([
      { running: true, expected: 3 },
      { running: true, expected: 4 },
      { running: false, expected: 5 },
    ]);
  });

  test.for([
    { why: "that somebody else took ends the run at once", hold: { kind: "lost" }, afterMs: 5_600 },
    { why: "that cannot be renewed is lost at 0.8 of its length", hold: { kind: "unknown" }, afterMs: 12_300 },
  ] as const)("$why, and what it brings is refused", async ({ hold, afterMs }) => {
    const { clock, state, plugin, runner, published, events, log } = world();
    const patient = { ...plugin, spec: { ...plugin.spec, timeoutMs: 60_000 } };
    state.hold = () => hold;
    state.poll = never;
    runner.offer(offered(), patient, go);
    await clock.advance(afterMs);
    expect(published).toEqual([]);
    expect(events).toEqual(["run.stale"]);
    expect(log.counters().get("leases_lost")).toBe(1);
    expect(runner.placesTaken()).toBe(0);
  });
});

test("state that a failed answer does not bring stays what it was; state that it brings is committed with the run", async () => {
  const { clock, state, plugin, runner, writes } = world();
  state.poll = async function* () {
    yield answer(0, { state: new Uint8Array([9]) });
  };
  runner.offer(offered(), plugin, go);
  await clock.advance(10);
  expect(writes.at(-1)?.state).toEqual([9]);
});

test("a result that the broker cannot take in one piece ends as a failed run that says so, and frees its place", async () => {
  const published: Result[] = [];
  const { clock, state, plugin, runner, writes } = world({
    results: outletTo(async (result) => {
      if (result.groups.some(({ name }) => name === "huge")) return { kind: "too_large", why: "a result has 9 bytes" };
      published.push(result);
      return { kind: "stored" };
    }),
  });
  state.poll = async function* () {
    yield answer(0, { groups: [{ name: "huge", dimensions: [], metrics: [], atMs: 1 }] });
  };
  runner.offer(offered(), plugin, go);
  await clock.advance(10);
  expect(published).toMatchObject([{ status: "internal", last: true }]);
  expect(published[0]?.fault?.message).toContain("a result has 9 bytes");
  expect(writes.at(-1)).toMatchObject({ running: false, status: "internal" });
  expect(runner.placesTaken()).toBe(0);
});

test("a run whose lease was lost while its enrichment was read never reaches the module", async () => {
  let calls = 0;
  const { clock, state, plugin, runner, events } = world({
    enrichments: {
      find: async () => {
        await clock.sleep(14_000);
        return undefined;
      },
    },
  });
  state.hold = () => ({ kind: "unknown" });
  state.poll = async function* () {
    calls += 1;
    yield answer(0);
  };
  runner.offer(offered(), { ...plugin, wantsEnrichments: ["interface"] }, go);
  await clock.advance(20_000);
  expect(calls).toBe(0);
  expect(events).toEqual(["run.stale"]);
  expect(runner.placesTaken()).toBe(0);
});

test("a run whose time was over before the module could be asked never reaches it: its device may be asked again soon", async () => {
  let calls = 0;
  const { clock, state, plugin, runner, published } = world({
    enrichments: {
      find: async () => {
        await clock.sleep(6_000);
        return undefined;
      },
    },
  });
  state.poll = async function* () {
    calls += 1;
    yield answer(0);
  };
  const short = { ...plugin.spec, timeoutMs: 5_000 };
  runner.offer(offered(), { ...plugin, spec: short, wantsEnrichments: ["interface"] }, go);
  await clock.advance(10_000);
  expect(calls).toBe(0);
  expect(published).toMatchObject([{ status: "timeout", fault: { origin: "host" } }]);
  expect(runner.placesTaken()).toBe(0);
});
