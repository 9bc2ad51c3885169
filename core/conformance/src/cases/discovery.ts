import type { Case } from "../engine/case.js";
import { must } from "../engine/verdict.js";
import { short } from "./answers.js";

const complete: Case = {
  id: "stream/complete",
  promise: "a discovery that saw everything ends with one summary that says so and counts what was streamed",
  advice: "send Summary as the last message: complete = true and resources = how many you streamed",
  async run(trial) {
    const { worker } = trial;
    trial.needService("discovery");
    const use = await worker.configure({ knobs: { groups: 9 } });
    const call = await worker.discover(worker.run(use));
    if (call.error !== undefined) throw call.error;
    const [last, ...more] = call.summaries;
    must(last !== undefined, "it ended without a summary", "a summary, without which nothing is ever removed");
    must(more.length === 0, `${call.summaries.length} summaries came`, "one");
    must(call.afterSummary === 0, `${call.afterSummary} messages came after the summary`, "the summary is the last");
    const { complete: isComplete = false, resources = 0 } = last.summary ?? {};
    const streamed = call.resources.length;
    must(resources === streamed, `its summary counts ${resources}, and ${streamed} came`, "the number that came");
    const mayFail = !worker.isProbe && trial.fixture.device === "none";
    must(isComplete || mayFail, "its summary says that it is not complete", "complete = true");
    return `${streamed} resources, ${isComplete ? "complete" : "not complete"}`;
  },
};

const failing: Case = {
  id: "stream/failing-discovery",
  promise: "a discovery that failed never claims to be complete, and says why",
  advice:
    "where anything failed send complete = false and a PartialError, or fail the call; else resources are removed",
  async run(trial) {
    const { worker } = trial;
    trial.needService("discovery");
    trial.needKnobs("fail in a discovery", "fail");
    const use = await worker.configure({ knobs: { groups: 3, fail: "throw" } });
    const call = await worker.discover(worker.run(use));
    const claims = call.summaries.some(({ summary }) => summary?.complete);
    must(!claims, "its summary says complete = true, though it failed", "no summary, or complete = false");
    const why = call.error !== undefined || call.partials.some(({ fault }) => (fault?.message ?? "") !== "");
    must(why, "nothing says why it failed", "a PartialError with a fault, or an error of the call");
    return short(call.partials[0]?.fault?.message ?? "the call failed");
  },
};

export const discoveryCases: readonly Case[] = [complete, failing];
