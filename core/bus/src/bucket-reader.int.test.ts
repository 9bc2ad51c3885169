import { eventually, silent, startTestBus } from "@ocelli/test-kit";
import { afterAll, expect, test } from "vitest";

/** Why watches of the pauses ended. */
const ends: string[] = [];
const log = {
  ...silent,
  debug(fields: { bucket?: string; reason?: string }, message: string): void {
    if (message !== "watch ended and begins anew" || fields.bucket !== bus.link.names.buckets.pauses) return;
    ends.push(fields.reason ?? "");
  },
};
const { nats, bus, stop: stopBus } = await startTestBus({}, log);
afterAll(stopBus);

/** Follows the pauses, and says how often the whole was told. */
function follow(signal: AbortSignal) {
  const seen = { keys: new Map<string, number>(), whole: 0 };
  const watching = bus.pauses.watch(
    {
      put: ({ key, revision }) => seen.keys.set(key, revision),
      gone: (key) => seen.keys.delete(key),
      caughtUp: () => {
        seen.whole += 1;
      },
    },
    signal,
  );
  return { seen, watching };
}

async function put(...keys: string[]): Promise<void> {
  await Promise.all(keys.map((plugin) => bus.pauses.put(plugin, { plugin, sinceAtMs: 1, reason: "x".repeat(1_000) })));
}

async function consumers(): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of bus.link.jsm.consumers.list(`KV_${bus.link.names.buckets.pauses}`)) names.push(name);
  return names;
}

test("a bucket larger than what may be on its way at once is told whole, with the newest revisions", async () => {
  const keys = Array.from({ length: 5_000 }, (_, i) => `p${i}`);
  await put(...keys);
  const revisions = await Promise.all(
    keys.map((plugin) => bus.pauses.put(plugin, { plugin, sinceAtMs: 2, reason: "" })),
  );
  const stop = new AbortController();
  const { seen, watching } = follow(stop.signal);
  await eventually(() => expect(seen.whole).toBe(1));
  expect([...seen.keys.entries()].sort()).toEqual(keys.map((key, i) => [key, revisions[i]]).sort());
  stop.abort();
  await watching;
  await eventually(async () => expect(await consumers()).toEqual([]));
}, 60_000);

test("a watch whose consumer vanishes notices it by itself and tells the whole again", async () => {
  const stop = new AbortController();
  const { seen, watching } = follow(stop.signal);
  await eventually(() => expect(seen.whole).toBe(1));
  const [name = ""] = await consumers();
  await bus.link.jsm.consumers.delete(`KV_${bus.link.names.buckets.pauses}`, name);
  await put("while away");
  await eventually(() => expect(seen.whole).toBe(2), 20_000);
  expect(seen.keys.has("while away")).toBe(true);
  await put("after");
  await eventually(() => expect(seen.keys.has("after")).toBe(true));
  stop.abort();
  await watching;
}, 60_000);

test("a watch goes on after the broker was frozen, or died and came back", async () => {
  const stop = new AbortController();
  const { seen, watching } = follow(stop.signal);
  await eventually(() => expect(seen.whole).toBe(1));
  ends.length = 0;
  nats.freeze();
  await eventually(() => expect(ends).toContain("the broker is silent"), 20_000);
  nats.thaw();
  await eventually(() => put("thawed"), 20_000);
  await eventually(() => expect(seen.keys.has("thawed")).toBe(true), 20_000);
  await nats.kill();
  await nats.restart();
  await eventually(() => put("restarted"), 20_000);
  await eventually(() => expect(seen.keys.has("restarted")).toBe(true), 20_000);
  stop.abort();
  await watching;
}, 120_000);
