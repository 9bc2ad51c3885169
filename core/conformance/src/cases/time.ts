import { PollStatus } from "@ocelli/proto/resource";
import { statusOf } from "@ocelli/rpc";
import type { Case } from "../engine/case.js";
import { must, NotApplicable } from "../engine/verdict.js";
import { callAny } from "../work/any-call.js";
import { foundValue, mustEndWell, mustSucceed, outcomeOf, pause, short } from "./answers.js";

/** Longer than any case waits. */
const foreverMs = 600_000;

const obeyed: Case = {
  id: "time/deadline",
  promise: "an item that is not done at its deadline is answered then: a fault with status timeout and a sentence",
  advice: "watch deadline_ms of each item, from the receipt of the call on; do not leave it to the author's code",
  async run(trial) {
    const { worker, timings } = trial;
    trial.needKnobs("take long", "wait_ms");
    const deadlineMs = timings.runMs / 2;
    const use = await worker.configure({ knobs: { wait_ms: foreverMs } });
    const seen: string[] = [];
    for (const service of trial.itemServices()) {
      const timeoutMs = deadlineMs + timings.slackMs + 500;
      const call = await worker.call(service, [worker.item(use, 1, { deadlineMs })], { timeoutMs });
      const late = call.error !== undefined && statusOf(call.error).code === "timeout";
      must(!late, `nothing came within ${timeoutMs} ms, with a deadline of ${deadlineMs} ms`);
      const { fault, tookMs } = outcomeOf(call, 1);
      must(fault !== undefined, "work of ten minutes was answered without a fault");
      must(tookMs >= deadlineMs * 0.7, `it was answered after ${Math.round(tookMs)} ms`, `not before ${deadlineMs} ms`);
      must(tookMs < deadlineMs + timings.slackMs, `it was answered after ${Math.round(tookMs)} ms`);
      must(fault.status === PollStatus.TIMEOUT, `its status is ${fault.status}`, "status 3 (timeout)");
      must(fault.message !== "", "its fault has no sentence", "a sentence such as: no result within 400 ms");
      seen.push(`${Math.round(tookMs)} ms: ${short(fault.message)}`);
    }
    return seen.join("; ");
  },
};

const endlessStopped: Case = {
  id: "time/endless",
  promise:
    "a generator that never ends is stopped at the deadline or sooner, and answered with a timeout or as the plugin's fault",
  advice: "stop asking the author's generator for more at the deadline, or after more groups than a device can have",
  needs: ["time/deadline"],
  async run(trial) {
    const { worker, timings } = trial;
    trial.needService("polling");
    trial.needKnobs("yield without an end", "fail", "fail_for");
    const { resource } = trial.fixture;
    const deadlineMs = timings.runMs / 2;
    const use = await worker.configure({ knobs: { fail: "endless", fail_for: `${resource.id}-1`, pad_bytes: 2_000 } });
    const items = [1, 2].map((i) =>
      worker.item(use, i, { deadlineMs, resource: { ...resource, id: `${resource.id}-${i}` } }),
    );
    const timeoutMs = deadlineMs + timings.answerMs;
    const call = await worker.call("polling", items, { timeoutMs });
    const late = call.error !== undefined && statusOf(call.error).code === "timeout";
    must(!late, `the call did not end within ${timeoutMs} ms, with a deadline of ${deadlineMs} ms`);
    const { fault, tookMs, groups } = outcomeOf(call, 1);
    const isTold = fault?.status === PollStatus.TIMEOUT || fault?.status === PollStatus.INTERNAL;
    must(
      isTold,
      `it ended with ${fault ? `status ${fault.status}` : "no fault"}`,
      "status 3 (timeout) or 5 (internal)",
    );
    mustSucceed(outcomeOf(call, 2));
    return `stopped after ${Math.round(tookMs)} ms and ${groups.length} groups`;
  },
};

const own: Case = {
  id: "time/own-deadline",
  promise: "each item of a batch has its own deadline",
  advice: "start one timer for each item, not one for the call",
  needs: ["time/deadline"],
  async run(trial) {
    const { worker, timings } = trial;
    trial.needKnobs("take long", "wait_ms");
    const service = trial.itemService();
    const use = await worker.configure({ knobs: { wait_ms: timings.runMs, value: 9 } });
    const { resource } = trial.fixture;
    const item = (i: number, deadlineMs: number) =>
      worker.item(use, i, { deadlineMs, resource: { ...resource, id: `${resource.id}-${i}` } });
    const call = await worker.call(service, [item(1, timings.runMs / 4), item(2, timings.answerMs)]);
    mustEndWell(call);
    must(outcomeOf(call, 1).fault !== undefined, "the item with the short deadline was answered without a fault");
    const { fault } = outcomeOf(call, 2);
    must(fault === undefined, `the item with the long deadline failed: ${fault?.message}`, "it succeeds");
    return "one in time, one late";
  },
};

const cancel: Case = {
  id: "time/cancel",
  promise: "work whose call is cancelled ends, and the module works on",
  advice: "watch your gRPC library's cancellation in every handler, and hand it to the author's code",
  async run(trial) {
    const { timings } = trial;
    const isProbe = trial.worker.isProbe;
    const service = trial.itemService();
    const worker = isProbe && trial.mode !== "endpoint" ? await trial.fresh() : trial.worker;
    const use = await worker.configure({ knobs: { wait_ms: foreverMs } });
    const well = await worker.configure({ knobs: { value: 3 } });
    const leave = new AbortController();
    const running = worker.call(service, worker.items(use, 3, { deadlineMs: foreverMs }), {
      signal: leave.signal,
      timeoutMs: foreverMs,
    });
    await pause(150);
    leave.abort();
    await running;
    const after = await worker.one(service, well);
    if (!isProbe) return "it works on";
    must(foundValue(after) === 3, "after the cancel it answered wrongly");
    if (trial.mode === "endpoint") return "it works on";
    // What still ran would hold the drain up.
    const { wire } = worker.module;
    const startedAtMs = performance.now();
    const graceMs = timings.slackMs * 2;
    await wire.plugin.drain({ graceMs, reason: "conformance" }, wire.options(graceMs + timings.answerMs));
    const tookMs = Math.round(performance.now() - startedAtMs);
    must(tookMs < timings.slackMs, `${tookMs} ms later the cancelled work was still running`, "it ends at once");
    return `it works on; nothing was left to wait for (${tookMs} ms)`;
  },
};

const burst: Case = {
  id: "time/cancel-burst",
  promise: "a hundred calls that are cancelled at once do no harm",
  advice: "let go of everything a cancelled call holds: places in queues, connections, memory",
  async run(trial) {
    const { worker, module, timings } = trial;
    const main = trial.mainService();
    const use = await worker.configure({ knobs: { wait_ms: foreverMs } });
    const well = await worker.configure();
    const wire = module.anotherWire();
    const atOnce = Math.min(module.agreed.callsInFlight, 100);
    for (let made = 0; made < 100; made += atOnce) {
      const leave = new AbortController();
      const extras = { wire, signal: leave.signal };
      const calls = Array.from({ length: atOnce }, () => callAny(worker, main, use, extras));
      await pause(100);
      leave.abort();
      await Promise.all(calls);
    }
    wire.close();
    const started = performance.now();
    for (;;) {
      const error = await callAny(worker, main, well, { timeoutMs: timings.answerMs });
      if (error === undefined) break;
      // The last cancels may still be on their way.
      const isFull = statusOf(error).code === "exhausted" && performance.now() - started < timings.slackMs;
      if (!isFull) throw error;
      await pause(50);
    }
    return `answered ${Math.round(performance.now() - started)} ms later`;
  },
};

const skew: Case = {
  id: "time/clock-skew",
  promise: "clocks of host and module may differ by years: slot_at_ms says when a run was due, and nothing else",
  advice: "measure spans with your own monotonic clock, from the receipt of the call on; never compare with slot_at_ms",
  async run(trial) {
    const { worker } = trial;
    const service = trial.itemService();
    const use = await worker.configure({ knobs: { value: 8 } });
    const now = BigInt(Date.now());
    const slots = {
      "in 1970": 1n,
      "an hour ago": now - 3_600_000n,
      "in an hour": now + 3_600_000n,
      "in 2100": 4_102_444_800_000n,
    };
    for (const [when, slotAtMs] of Object.entries(slots)) {
      const outcome = await worker.one(service, use, { slotAtMs });
      if (!worker.isProbe) continue;
      const { fault } = outcome;
      must(fault === undefined, `a slot ${when} failed: ${fault?.message}`, "it is answered like any other");
      must(foundValue(outcome) === 8, `a slot ${when} was answered wrongly`);
    }
    return Object.keys(slots).join(", ");
  },
};

const progress: Case = {
  id: "time/progress",
  promise: "an item that asks for more time does so before its deadline, by its number, and is answered later",
  advice: "send Progress with the item's number and extend_ms from now on; move your own deadline as well",
  async run(trial) {
    const { worker, timings } = trial;
    const service = trial.itemService();
    if (!worker.knobs.has("progress_ms")) {
      const use = await worker.configure();
      const call = await worker.call(service, worker.items(use, 2));
      const [first] = call.progress;
      if (!first) throw new NotApplicable("it never asks for more time");
      must([1, 2].includes(first.part.item), `it asked for more time for item ${first.part.item}, which is not there`);
      must(first.part.extendMs > 0, "it asked for 0 ms more");
      return `it asked for ${first.part.extendMs} ms more`;
    }
    const use = await worker.configure({ knobs: { progress_ms: timings.answerMs, wait_ms: timings.runMs, value: 4 } });
    const deadlineMs = timings.runMs / 2;
    const call = await worker.call(service, [worker.item(use, 6, { deadlineMs })]);
    mustEndWell(call);
    const asked = call.progress.find(({ part }) => part.item === 6);
    must(asked !== undefined, `no progress came for item 6 (${call.progress.length} in all)`);
    must(asked.part.extendMs > 0, "it asked for 0 ms more");
    must(
      asked.atMs < deadlineMs + timings.slackMs,
      `it asked after ${Math.round(asked.atMs)} ms, its deadline was ${deadlineMs} ms`,
    );
    const outcome = outcomeOf(call, 6);
    must(outcome.fault === undefined, `after it asked for more time it failed: ${outcome.fault?.message}`);
    return `asked after ${Math.round(asked.atMs)} ms, answered after ${Math.round(outcome.tookMs)} ms`;
  },
};

export const timeCases: readonly Case[] = [obeyed, endlessStopped, own, cancel, burst, skew, progress];
