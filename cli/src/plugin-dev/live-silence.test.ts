import { ManualClock } from "@ocelli/test-kit";
import { expect, test } from "vitest";
import { LiveSilence } from "./live-silence.js";

test.for([
  { why: "a quick plugin has ten seconds", frequencyMs: 1_000, patienceMs: 10_000 },
  { why: "a slow one has two intervals", frequencyMs: 60_000, patienceMs: 120_000 },
])("each silence is told once: $why", async ({ frequencyMs, patienceMs }) => {
  const clock = new ManualClock();
  const stop = new AbortController();
  const said: string[] = [];
  const silence = new LiveSilence({ clock, say: (one) => void said.push(one) }, { name: "ping", frequencyMs });
  const watching = silence.watch(stop.signal);
  await clock.advance(patienceMs - 1);
  silence.heard();
  await clock.advance(patienceMs - 1);
  expect(said).toEqual([]);
  silence.heard();
  await clock.advance(3 * patienceMs);
  expect(said).toHaveLength(1);
  silence.heard();
  await clock.advance(3 * patienceMs);
  expect(said).toHaveLength(2);
  stop.abort();
  await watching;
  expect(said[0]).toMatch(/^no live result of ping for .*; see "ocelli plugins show ping"$/);
});
