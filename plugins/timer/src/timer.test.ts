import { testPlugin, testSettings } from "@ocelli/plugin-sdk";
import { expect, test } from "vitest";
import { timer } from "./timer.js";

/** The messages said and the ticks counted at each of these instants, each run knowing what the last one left. */
async function runsAt(settings: object, slots: readonly number[]): Promise<{ said: unknown[]; ticks: unknown[] }> {
  const tested = testPlugin(timer, settings);
  const said: unknown[] = [];
  const ticks: unknown[] = [];
  let state: unknown;
  for (const slotAtMs of slots) {
    const run = await tested.poll({ id: "anything" }, { slotAtMs, state });
    said.push(...run.log.map(({ msg }) => msg));
    ticks.push(run.groups[0]?.metrics[0]?.value);
    state = run.state;
  }
  return { said, ticks };
}

test("it says its message every wait_time seconds, however often it runs, and never forgets its count", async () => {
  const settings = { timer: { wait_time: 2, message: "Hello" } };
  const { said, ticks } = await runsAt(settings, [10_000, 11_000, 12_000, 13_999, 14_000, 60_000]);
  expect(said).toEqual(["Hello", "Hello", "Hello", "Hello"]);
  expect(ticks).toEqual([1n, 1n, 2n, 2n, 3n, 4n]);
});

test("it needs no settings", async () => {
  expect(await runsAt({}, [0, 5_000])).toEqual({ said: ["Tick", "Tick"], ticks: [1n, 2n] });
});

test("a state it does not know starts its count anew", async () => {
  const { groups } = await testPlugin(timer).poll({ id: "r" }, { state: ["from", "elsewhere"] });
  expect(groups[0]?.metrics[0]?.value).toBe(1n);
});

test.for([
  { why: "a wait of nothing", settings: { timer: { wait_time: 0 } }, want: { path: "/timer/wait_time" } },
  {
    why: "a key that is misspelt",
    settings: { timer: { wait_tiem: 5 } },
    want: { path: "/timer/wait_tiem", detail: "did you mean wait_time?" },
  },
])("it refuses $why", async ({ settings, want }) => {
  expect(await testSettings(timer, settings)).toMatchObject([want]);
});
