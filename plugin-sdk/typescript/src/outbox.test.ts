import { expect, test } from "vitest";
import { Outbox } from "./outbox.js";
import { manualClock, settle } from "./testing/manual-clock.js";

const kib = 1024;

async function reader<T>(outbox: Outbox<T>): Promise<T[][]> {
  const batches: T[][] = [];
  void (async () => {
    for await (const batch of outbox.batches()) batches.push(batch);
  })();
  await settle();
  return batches;
}

test("answers that come together leave together, at the latest after 50 ms", async () => {
  const clock = manualClock();
  const outbox = new Outbox<string>(clock);
  const batches = await reader(outbox);
  await outbox.put("a", 10);
  await clock.advance(30);
  await outbox.put("b", 10);
  await clock.advance(19);
  expect(batches).toEqual([]);
  await clock.advance(1);
  expect(batches).toEqual([["a", "b"]]);
});

test("a full batch does not wait, and no batch is larger than it must be", async () => {
  const clock = manualClock();
  const outbox = new Outbox<string>(clock);
  const batches = await reader(outbox);
  for (const name of ["a", "b", "c"]) void outbox.put(name, 200 * kib);
  await settle();
  expect(batches).toEqual([["a"], ["b"]]);
  outbox.close();
  await settle();
  expect(batches).toEqual([["a"], ["b"], ["c"]]);
});

test("the last answer leaves at once", async () => {
  const outbox = new Outbox<string>(manualClock());
  const batches = await reader(outbox);
  await outbox.put("a", 1);
  outbox.close();
  await settle();
  expect(batches).toEqual([["a"]]);
});

test("whoever has an answer waits while nobody reads", async () => {
  const outbox = new Outbox<number>(manualClock());
  let put = 0;
  const writing = (async () => {
    for (; put < 100; put += 1) await outbox.put(put, 100 * kib);
    outbox.close();
  })();
  await settle();
  expect(put).toBeLessThan(12);
  const seen: number[] = [];
  for await (const batch of outbox.batches()) seen.push(...batch);
  await writing;
  expect(seen).toEqual(Array.from({ length: 100 }, (_, n) => n));
});
