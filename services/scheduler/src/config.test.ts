import { loadConfig } from "@ocelli/runtime";
import { expect, test } from "vitest";
import { SchedulerConfig } from "./config.js";

function load(environment: Record<string, string>) {
  return loadConfig(SchedulerConfig, { file: undefined, environment });
}

test("without a word, a scheduler ticks every 25 ms and leases for 3 s", async () => {
  expect((await load({})).scheduler).toMatchObject({ tick_ms: 25, lease_ms: 3_000 });
});

test.for([
  { why: "a tick of nothing would spin", environment: { OCELLI_SCHEDULER__TICK_MS: "0" }, words: "scheduler.tick_ms" },
  {
    why: "a lease below a second cannot be renewed in time",
    environment: { OCELLI_SCHEDULER__LEASE_MS: "500" },
    words: "scheduler.lease_ms",
  },
  { why: "no number", environment: { OCELLI_SCHEDULER__TICK_MS: "fast" }, words: "scheduler.tick_ms" },
  { why: "an empty id", environment: { OCELLI_SCHEDULER__ID: "" }, words: "scheduler.id" },
  {
    why: "an unknown key, with the nearest",
    environment: { OCELLI_SCHEDULER__TIC_MS: "5" },
    words: "did you mean tick_ms?",
  },
])("refused: $why", async ({ environment, words }) => {
  await expect(load(environment)).rejects.toThrow(words);
});
