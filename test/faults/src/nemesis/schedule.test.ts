import { expect, onTestFinished, test } from "vitest";
import { faults, quickSet } from "../faults/index.js";
import type { Size } from "../world/load.js";
import { diceOf } from "./random.js";
import { carryOut, pause, type Schedule, type Step } from "./schedule.js";

const scheduleOf = (seed: number, size: Size, some = faults): Schedule[] =>
  some.map((fault) => fault.schedule(diceOf(seed, fault.name), size, fault.load(size)));

test("the same seed gives the same schedule, and another seed another one", () => {
  expect(scheduleOf(7, "full")).toEqual(scheduleOf(7, "full"));
  expect(scheduleOf(7, "full")).not.toEqual(scheduleOf(8, "full"));
});

test("the quick set fits in ten minutes, starts and ends included", () => {
  const startAndEndMs = 20_000;
  const spans = scheduleOf(1, "quick", quickSet).map(({ calmMs, steps, quietMs }) => {
    return calmMs + Math.max(0, ...steps.map(({ atMs, forMs = 0 }) => atMs + forMs)) + quietMs + startAndEndMs;
  });
  expect(spans.reduce((sum, span) => sum + span, 0)).toBeLessThan(600_000);
});

test("each fault has a name of its own, and the baseline comes first", () => {
  const names = faults.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names[0]).toBe("baseline");
});

test("a step that fails ends the others, and is what is told of", async () => {
  const ended: string[] = [];
  const steps = [
    { atMs: 0, does: "last", forMs: 60_000 },
    { atMs: 0, does: "fail" },
    { atMs: 60_000, does: "begin" },
  ];
  const act = async ({ does }: Step, signal: AbortSignal): Promise<void> => {
    if (does === "fail") throw new Error("a tool is missing");
    await pause(60_000, signal).finally(() => ended.push(does));
  };
  const carried = carryOut(steps, act, () => {}, new AbortController().signal);
  await expect(carried).rejects.toThrow("a tool is missing");
  expect(ended).toEqual(["last"]);
});

test("hundreds of steps that wait at once are no leak", async () => {
  const warnings: Error[] = [];
  const note = (warning: Error): void => void warnings.push(warning);
  process.on("warning", note);
  onTestFinished(() => void process.off("warning", note));
  const steps = Array.from({ length: 300 }, () => ({ atMs: 5, does: "nothing" }));
  const { signal } = new AbortController();
  await carryOut(
    steps,
    async () => {},
    () => {},
    signal,
  );
  await pause(10, signal);
  expect(warnings).toEqual([]);
});
