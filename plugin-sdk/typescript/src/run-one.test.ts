import { expect, test } from "vitest";
import { CallScope, Deadlines } from "./call-scope.js";
import { createLog, lazyChild } from "./log.js";
import { PollFault } from "./poll-fault.js";
import { Redactor } from "./redactor.js";
import { Run, type RunFacts } from "./run.js";
import { runOne } from "./run-one.js";
import { type ManualClock, manualClock, settle } from "./testing/manual-clock.js";

const author = { what: "poll", plugin: "p", code: undefined, definedAt: undefined };
const never = (): Promise<void> => new Promise(() => {});

function bench(clock: ManualClock = manualClock()) {
  const controller = new AbortController();
  const scope = new CallScope(controller.signal, new Deadlines(clock));
  const lines: string[] = [];
  const redactor = new Redactor();
  const log = createLog({ level: "info", nowMs: () => 0, redactor, write: (line) => lines.push(line) });
  const facts = (deadlineMs: number): RunFacts => ({
    ...{ plugin: "p", settings: {}, fence: 1, deadlineMs, waitedMs: 0, slotAtMs: 0, frequencyMs: 0 },
    state: new Uint8Array(),
  });
  const run = (deadlineMs: number): Run => new Run(facts(deadlineMs), { clock, log, progress: () => {} }, author);
  return { clock, controller, scope, run, log, lines, redactor };
}

test("runs of one call end each at its own deadline, the latest first or not", async () => {
  const { clock, scope, run } = bench();
  const ended: number[] = [];
  for (const deadlineMs of [300, 100, 200, 100]) {
    void runOne(run(deadlineMs), author, never, scope).then(({ fault }) => {
      expect(fault).toMatchObject({ status: "timeout", message: `no result within ${deadlineMs} ms` });
      expect(clock.nowMs()).toBe(deadlineMs);
      ended.push(deadlineMs);
    });
  }
  await clock.advance(1_000);
  expect(ended).toEqual([100, 100, 200, 300]);
});

test("calls that come later get their deadlines, too, also sooner than those before", async () => {
  const { clock, scope, run } = bench();
  const first = runOne(run(1_000), author, never, scope);
  await clock.advance(100);
  const second = runOne(run(50), author, never, scope);
  await clock.advance(50);
  await expect(second).resolves.toMatchObject({ fault: { status: "timeout" } });
  await clock.advance(850);
  await expect(first).resolves.toMatchObject({ fault: { message: "no result within 1000 ms" } });
});

test("a run that asked for more time gets it, and no more", async () => {
  const { clock, scope, run } = bench();
  const slow = run(100);
  let outcome: unknown;
  void runOne(slow, author, never, scope).then((ended) => {
    outcome = ended;
  });
  slow.progress(250);
  await clock.advance(249);
  expect(outcome).toBeUndefined();
  await clock.advance(1);
  expect(outcome).toMatchObject({ fault: { message: "no result within 250 ms" } });
});

test("without a deadline a run ends with its work or its call", async () => {
  const { clock, scope, run, controller } = bench();
  const running = runOne(run(Number.POSITIVE_INFINITY), author, never, scope);
  await clock.advance(2 ** 40);
  controller.abort("gone");
  await expect(running).resolves.toMatchObject({ cancelled: true });
});

test("the signal aborts with the reason, whether it was asked for before or after", async () => {
  const { clock, scope, run, controller } = bench();
  const [early, late, cancelled] = [run(100), run(100), run(1_000)];
  const reasons: unknown[] = [];
  early.signal.addEventListener("abort", () => reasons.push(early.signal.reason));
  for (const one of [early, late, cancelled]) void runOne(one, author, never, scope);
  await clock.advance(100);
  expect(reasons).toMatchObject([{ message: "no result within 100 ms" }]);
  expect(reasons[0]).toBeInstanceOf(PollFault);
  expect(late.signal).toMatchObject({ aborted: true, reason: { message: "no result within 100 ms" } });
  controller.abort("the host cancelled");
  expect(cancelled.signal).toMatchObject({ aborted: true, reason: "the host cancelled" });
});

test("a run that is done hears nothing more of its call", async () => {
  const { scope, run, controller, clock } = bench();
  const done = run(100);
  await expect(runOne(done, author, async () => {}, scope)).resolves.toEqual({
    fault: undefined,
    state: undefined,
    cancelled: false,
  });
  controller.abort();
  await clock.advance(1_000);
  expect(done.signal.aborted).toBe(false);
});

test("what is not begun when its call is cancelled never begins", async () => {
  const { scope, run, controller } = bench();
  controller.abort();
  let begun = false;
  const work = async (): Promise<void> => {
    begun = true;
  };
  const outcome = await runOne(run(100), author, work, scope);
  await settle();
  expect({ begun, cancelled: outcome.cancelled }).toEqual({ begun: false, cancelled: true });
});

test("an author may take the context apart", async () => {
  const { scope, run, clock } = bench();
  const slow = run(100);
  const running = runOne(
    slow,
    author,
    async () => {
      const { progress, fault, state, signal } = slow;
      progress(300);
      fault(new PollFault("partial", "no fans"));
      state.set({ n: 1 });
      await clock.sleep(200, signal);
    },
    scope,
  );
  await clock.advance(200);
  const outcome = await running;
  expect(outcome.fault?.message).toBe("no fans");
  expect(new TextDecoder().decode(outcome.state)).toBe('{"n":1}');
});

test("a log that is made with its first line has its fields, hides secrets, and may be taken apart", () => {
  const { log, lines, redactor } = bench();
  redactor.add(["hunter22"]);
  const child = lazyChild(log, () => ({ resource: "r" }));
  const { info, child: more } = child;
  info({ text: "hunter22" }, "it is hunter22");
  more({ part: 1 }).warn("more");
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { level: "info", time: 0, msg: "it is ***", resource: "r", text: "***" },
    { level: "warn", time: 0, msg: "more", resource: "r", part: 1 },
  ]);
});
