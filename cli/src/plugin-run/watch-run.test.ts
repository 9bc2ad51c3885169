import { eventually } from "@ocelli/test-kit";
import { expect, test } from "vitest";
import type { Changes } from "./changes.js";
import { watchRun } from "./watch-run.js";

/** Edits that a test makes. */
function edits(): Changes & { make(...paths: string[]): void } {
  let waiting: ((paths: readonly string[]) => void) | undefined;
  return {
    make: (...paths) => waiting?.(paths),
    next: (signal) =>
      new Promise((resolve) => {
        waiting = resolve;
        signal.addEventListener("abort", () => resolve([]), { once: true });
      }),
    close: async () => {},
  };
}

function world(run: (n: number, signal: AbortSignal) => Promise<void>) {
  const said: string[] = [];
  const changes = edits();
  const stop = new AbortController();
  let runs = 0;
  const ended = watchRun(
    {
      changes,
      run: (signal) => run(++runs, signal),
      say: (sentence) => void said.push(sentence.trim()),
      failure: (error) => (error instanceof Error ? error.message : ""),
    },
    stop.signal,
  );
  return { said, changes, stop, ended, runs: () => runs };
}

const waiting = "waiting for a change; Ctrl-C ends it";

test("it runs again with every change, says what changed, and ends when it is told to", async () => {
  const { said, changes, stop, ended } = world(async () => {});
  await eventually(() => expect(said).toEqual([waiting]));
  changes.make("src/a.ts", "b", "c", "d", "e");
  await eventually(() => expect(said).toEqual([waiting, "changed: src/a.ts, b, c and 2 more", waiting]));
  stop.abort();
  await ended;
  expect(said).toHaveLength(3);
});

test("a run that fails is said, and the next change is waited for", async () => {
  const { said, changes, stop, ended } = world(async (n) => {
    if (n === 1) throw new Error("its code has a syntax error");
  });
  await eventually(() => expect(said).toEqual(["its code has a syntax error", waiting]));
  changes.make("a");
  await eventually(() => expect(said.slice(2)).toEqual(["changed: a", waiting]));
  stop.abort();
  await ended;
});

test("a change ends a run that lasts, without a word about its end", async () => {
  const { said, changes, stop, ended, runs } = world(async (n, signal) => {
    if (n > 1) return;
    await new Promise<void>((done) => signal.addEventListener("abort", () => done(), { once: true }));
    throw new Error("interrupted");
  });
  changes.make("a");
  await eventually(() => expect(said).toEqual(["changed: a", waiting]));
  expect(runs()).toBe(2);
  stop.abort();
  await ended;
});
