import { systemClock } from "@ocelli/plugin-sdk";
import { ManualClock } from "@ocelli/test-kit";
import { afterAll, expect, test } from "vitest";
import { makeFifos } from "../program/make-fifos.js";
import { PipeSupply } from "../program/pipes.js";
import { Warden } from "../program/warden.js";
import { memoryLog } from "../testing/memory-log.js";
import { bench, gone } from "../testing/scripts.js";
import { KeptPool } from "./kept-pool.js";
import type { LineOf } from "./request.js";

const pipes = new PipeSupply({ makeFifos, clock: systemClock });
const supervision = { pipes, warden: new Warden(() => pipes.directory) };
const idleMs = 60_000;

afterAll(() => pipes.close());

/** A program that answers with its pid once there is a file "licence", and dies before that. */
const licensed = `#!/bin/sh
[ -e licence ] || { echo "no licence" >&2; exit 1; }
while read -r id; do printf '%s\\n{"end": %s}\\n' $$ $id; done
`;

async function poolBench() {
  const { script, directory } = await bench();
  await script("kept", licensed);
  const clock = new ManualClock();
  const start = {
    path: `${directory}/kept`,
    args: [],
    environment: {},
    directory,
    name: "kept",
    maxOutputBytes: 5_000,
  };
  const pool = new KeptPool(start, supervision, clock);
  const lefts: number[] = [];
  const lineOf: LineOf = (id, leftMs) => {
    lefts.push(leftMs);
    return `${id}\n`;
  };
  /** What the program answers, or why it does not. */
  const ask = (runMs: number): Promise<string> =>
    pool.ask(lineOf, { runMs, graceMs: 100 }, idleMs, memoryLog(), new AbortController().signal).then(
      ({ stdout }) => stdout.trim(),
      (error: unknown) => String(error),
    );
  return { clock, ask, lefts, pool, license: () => script("licence", "") };
}

const died = "kept ended with exit code 1 while it was asked: no licence";

test("a program that died without an answer is left alone for its wait", async () => {
  const { clock, ask, pool, license } = await poolBench();
  expect(await ask(20_000)).toContain(died);
  await license();
  expect(await ask(900)).toContain(`kept ended without an answer 1 time in a row, it is started again in 1 s: ${died}`);
  await clock.advance(500);
  expect(await ask(20_000)).toMatch(/^\d+$/);
  pool.retire();
});

test("a request tells the time that is left after the wait for the start", async () => {
  const { clock, ask, lefts, pool, license } = await poolBench();
  expect(await ask(20_000)).toContain(died);
  await license();
  const waiting = ask(20_000);
  await clock.advance(500);
  expect(await waiting).toMatch(/^\d+$/);
  expect(lefts).toEqual([20_000, 19_500]);
  pool.retire();
});

test("a program that nobody asks any more is ended", async () => {
  const { clock, ask, license } = await poolBench();
  await license();
  const pid = await ask(20_000);
  await clock.advance(idleMs - 1);
  expect(await ask(20_000)).toBe(pid);
  await clock.advance(idleMs - 1);
  expect(await ask(20_000)).toBe(pid);
  await clock.advance(idleMs);
  await gone(Number(pid));
});
