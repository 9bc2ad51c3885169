import type { Case } from "../engine/case.js";
import { must, NotApplicable } from "../engine/verdict.js";
import { metricOf, outcomeOf, short } from "./answers.js";

const stateBytes = 4 * 1024;

const returned: Case = {
  id: "state/returned",
  promise: "what a run leaves as state is what the pair's next run begins with",
  advice: "set state and set_state in the answer, and read Run.state in the next request; keep nothing in the process",
  async run(trial) {
    const { worker } = trial;
    const service = trial.worker.isProbe ? "polling" : trial.itemService();
    if (worker.isProbe) trial.needService("polling");
    const use = await worker.configure();
    const first = await worker.one(service, use);
    if (!first.state) throw new NotApplicable("its runs leave no state");
    const second = await worker.one(service, use, { state: first.state });
    if (!worker.isProbe) return `${first.state.length} bytes`;
    const counts = [metricOf(first, "runs_total"), metricOf(second, "runs_total")];
    must(counts.join() === "1,2", `runs_total was ${counts.join(", then ")}`, "1, then 2 with the state of the first");
    const other = metricOf(await worker.one(service, use), "runs_total");
    must(other === 1, `without state runs_total was ${other}`, "1: each pair has a memory of its own");
    return `${first.state.length} bytes`;
  },
};

const small: Case = {
  id: "state/small",
  promise: "the state of a run is at most 4 KiB",
  advice: "refuse a larger state where it is set, with a sentence; the host does not keep it",
  async run(trial) {
    const { worker } = trial;
    const use = await worker.configure({ knobs: { groups: 3 } });
    const sizes: number[] = [];
    for (const service of trial.itemServices()) {
      const call = await worker.call(service, worker.items(use, 3));
      for (const { state } of call.outcomes.values()) if (state) sizes.push(state.length);
    }
    if (sizes.length === 0) throw new NotApplicable("its runs leave no state");
    const largest = Math.max(...sizes);
    must(largest <= stateBytes, `a state of ${largest} bytes came`, `at most ${stateBytes}`);
    return `${largest} bytes`;
  },
};

const notOnFailure: Case = {
  id: "state/not-on-failure",
  promise: "a run that failed leaves the state as it was",
  advice: "send set_state = false with a fault: the next run begins where the last good one ended",
  async run(trial) {
    const { worker } = trial;
    trial.needService("polling");
    trial.needKnobs("fail", "fail");
    const use = await worker.configure({ knobs: { fail: "throw" } });
    const outcome = await worker.one("polling", use, { state: new TextEncoder().encode('{"runs":7}') });
    must(outcome.fault !== undefined, "an item whose work throws was answered without a fault");
    must(outcome.state === undefined, `a run that failed set a state of ${outcome.state?.length} bytes`);
    return "left alone";
  },
};

const foreign: Case = {
  id: "state/foreign",
  promise: "a state that another version of the module left, whatever it is, does no harm",
  advice: "start afresh where the state cannot be read",
  async run(trial) {
    const { worker } = trial;
    const use = await worker.configure();
    const bytes = Uint8Array.from({ length: stateBytes }, () => Math.floor(trial.random() * 256));
    for (const state of [bytes, new TextEncoder().encode('{"runs":')]) {
      const call = await worker.call(trial.itemService(), [worker.item(use, 1, { state })]);
      const { fault } = outcomeOf(call, 1);
      must(
        fault === undefined || !worker.isProbe,
        `it failed on a state it does not know: ${short(fault?.message ?? "")}`,
      );
    }
    return "it starts afresh";
  },
};

export const stateCases: readonly Case[] = [returned, small, notOnFailure, foreign];
