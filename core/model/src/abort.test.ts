import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { aborted, linkSignals } from "./abort.js";

const listeners = (...of: AbortController[]): number =>
  of.reduce((sum, { signal }) => sum + getEventListeners(signal, "abort").length, 0);

test("it aborts with the first source that does, for its reason, and lets go of all", () => {
  const [a, b] = [new AbortController(), new AbortController()];
  using link = linkSignals(a.signal, undefined, b.signal);
  expect(link.signal.aborted).toBe(false);
  b.abort("lease lost");
  a.abort("shutdown");
  expect(link.signal.reason).toBe("lease lost");
  expect(listeners(a, b)).toBe(0);
});

test("it is aborted from the start where a source is, and holds on to nothing", () => {
  const [a, b] = [new AbortController(), new AbortController()];
  b.abort("over");
  const link = linkSignals(a.signal, b.signal);
  expect(link.signal.reason).toBe("over");
  expect(listeners(a, b)).toBe(0);
});

test("disposed, it lets go of every source and no longer follows them", () => {
  const [a, b] = [new AbortController(), new AbortController()];
  const link = linkSignals(a.signal, b.signal);
  expect(listeners(a, b)).toBe(2);
  link[Symbol.dispose]();
  expect(listeners(a, b)).toBe(0);
  a.abort();
  expect(link.signal.aborted).toBe(false);
});

test("it can be aborted by itself, which leaves the sources alone", () => {
  const source = new AbortController();
  using link = linkSignals(source.signal);
  link.abort("deadline");
  expect(link.signal.reason).toBe("deadline");
  expect(source.signal.aborted).toBe(false);
});

test("ten thousand short links leave nothing on a long signal", () => {
  const long = new AbortController();
  for (let i = 0; i < 10_000; i += 1) {
    using _link = linkSignals(long.signal);
  }
  expect(listeners(long)).toBe(0);
});

test("waiting for the end of a signal ends with it, at once where it is over", async () => {
  await aborted(AbortSignal.abort());
  const source = new AbortController();
  let isOver = false;
  const waiting = aborted(source.signal).then(() => {
    isOver = true;
  });
  await aborted(AbortSignal.abort());
  expect(isOver).toBe(false);
  source.abort();
  await waiting;
  expect(isOver).toBe(true);
  expect(listeners(source)).toBe(0);
});
