import { beforeEach, expect, test } from "vitest";
import { baseline } from "./faults/baseline.js";
import { claimOff, race } from "./faults/race.js";
import type { Fault } from "./run/fault.js";
import { runFault } from "./run/run-fault.js";
import { machineIsFree } from "./world/machine.js";

const seed = 1;

async function reportOf(fault: Fault, signal: AbortSignal) {
  const said: string[] = [];
  const report = await runFault(fault, { seed, size: "quick", say: (sentence) => said.push(sentence) }, signal);
  expect(said.join("\n")).toContain(`seed ${seed}`);
  return report;
}

beforeEach(({ signal }) => machineIsFree(signal), 60_000);

test("a mesh that nothing happens to is clean, and its counters agree with the devices' log", async ({ signal }) => {
  const report = await reportOf(baseline, signal);
  expect(report).toMatchObject({ D: 0, G: 0, L: 0, U: 0, M: 0, silent: 0, wrong: 0, broken: [] });
  expect(report["kept"]).toBe(report["due"]);
});

test("two schedulers that lead at once and tasks that come four times hit no device twice", async ({ signal }) => {
  const report = await reportOf(race, signal);
  expect(report).toMatchObject({ D: 0, G: 0, L: 0, U: 0, broken: [] });
  expect(report["refusedClaims"]).toBeGreaterThan(100);
});

test("the same race hammers devices once the claim is switched off: the suite can fail", async ({ signal }) => {
  const report = await reportOf(claimOff, signal);
  expect(report).toMatchObject({ sabotage: true, broken: [] });
  expect(report.D).toBeGreaterThan(50);
  expect(report.G).toBeGreaterThan(50);
});
