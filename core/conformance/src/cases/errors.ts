import { type Fault, FaultOrigin, PollStatus } from "@ocelli/proto/resource";
import type { Case, Trial } from "../engine/case.js";
import { must, NotApplicable } from "../engine/verdict.js";
import { failedCall } from "../wire/failed-call.js";
import type { Knobs } from "../work/knobs.js";
import { nextName } from "../work/worker.js";
import { outcomeOf, short } from "./answers.js";

/** What details of a failed call may hold together, and a sentence, in bytes. */
const detailsBytes = 4 * 1024;
const sentenceBytes = 1024;

/** How the stacks of common languages begin. */
const stack = /\n\s+at |\n\s*File "|Traceback \(most recent|goroutine \d+ \[|panicked at |\n\s+from .*:\d+:in /;

const details: Case = {
  id: "errors/small-details",
  promise: "a call that fails says why in a sentence of at most 1 KiB, with details of at most 4 KiB together",
  advice: "cut sentences before they leave; larger trailers hang some gRPC libraries for good",
  async run({ worker, module, timings, services }) {
    const { wire } = module;
    const options = wire.options(timings.answerMs);
    // Names as long as they may be: what is quoted in an error must not blow it up.
    const use = { plugin: nextName(`long-${"p".repeat(4_000)}`), revision: "r".repeat(4_000) };
    const calls: Record<string, () => Promise<unknown>> = {
      Configure: () => wire.plugin.configure({ ...use, settingsJson: `{"a": "${"x".repeat(20_000)}` }, options),
    };
    for (const service of ["polling", "enrichment"] as const) {
      if (services.has(service))
        calls[service] = async () => raise((await worker.call(service, [worker.item(use, 1)])).error);
    }
    if (services.has("discovery"))
      calls["discovery"] = async () => raise((await worker.discover(worker.run(use))).error);
    const seen: string[] = [];
    for (const [name, call] of Object.entries(calls)) {
      const error = await call().then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (error === undefined) continue;
      const failed = failedCall(error);
      const bytes = Buffer.byteLength(failed.sentence);
      must(failed.detailsBytes <= detailsBytes, `details of ${failed.detailsBytes} bytes came with ${name}`);
      must(bytes <= sentenceBytes, `a sentence of ${bytes} bytes came with ${name}`, `at most ${sentenceBytes} bytes`);
      must(!stack.test(failed.sentence), `${name} failed with a stack: ${short(failed.sentence)}`, "a sentence");
      seen.push(`${name}: ${failed.status}, ${bytes} + ${failed.detailsBytes} bytes`);
    }
    if (seen.length === 0) throw new NotApplicable("no call could be made to fail");
    return seen.join("; ");
  },
};

function raise(error: unknown): void {
  if (error !== undefined) throw error;
}

/** What a probe's item fails with, under this knob. */
async function faultOf(trial: Trial, fail: NonNullable<Knobs["fail"]>, service = trial.itemService()): Promise<Fault> {
  const { worker } = trial;
  trial.needKnobs(`fail with ${fail}`, "fail");
  const use = await worker.configure({ knobs: { fail } });
  const { fault } = outcomeOf(await worker.call(service, [worker.item(use, 1)]), 1);
  must(fault !== undefined, "an item whose work failed was answered without a fault");
  return fault;
}

const origin: Case = {
  id: "errors/exception",
  promise: "an exception of the author's code fails the item with status internal, origin plugin and its words",
  advice:
    "turn what the author's code throws into a Fault: status 5 (internal), origin PLUGIN, the exception's message",
  async run(trial) {
    for (const service of trial.itemServices()) {
      const fault = await faultOf(trial, "throw", service);
      must(fault.status === PollStatus.INTERNAL, `its status is ${fault.status}`, "status 5 (internal)");
      must(fault.origin === FaultOrigin.PLUGIN, `its origin is ${fault.origin}`, "origin 1 (plugin)");
      must(fault.message.includes("probe threw"), `its sentence is: ${short(fault.message)}`, "the exception's words");
    }
    return "internal, of the plugin";
  },
};

const noStack: Case = {
  id: "errors/no-stack",
  promise: "people see a sentence, never a stack",
  advice: "send the exception's message, and its stack to the log",
  async run(trial) {
    if (trial.worker.isProbe) {
      const { message } = await faultOf(trial, "throw");
      must(!stack.test(message), `a stack came: ${short(message)}`, "one sentence");
      return short(message);
    }
    const faults = await faultsSeen(trial);
    for (const { message } of faults) {
      must(!stack.test(message), `a stack came: ${short(message)}`, "one sentence");
      must(message.trim() !== "", "a fault came without a sentence", "a sentence that says what went wrong");
      must(Buffer.byteLength(message) <= sentenceBytes, `a sentence of ${message.length} characters came`);
    }
    return short(faults[0]?.message ?? "");
  },
};

/** Faults of a module that cannot be told to fail: a resource that cannot be reached may do it. */
async function faultsSeen(trial: Trial): Promise<Fault[]> {
  const { worker, fixture } = trial;
  const use = await worker.configure();
  const resource = { ...fixture.resource, id: "conformance-nowhere", endpoint: "" };
  const call = await worker.call(trial.itemService(), [worker.item(use, 1, { resource }), worker.item(use, 2)]);
  const faults = [...call.outcomes.values()].flatMap(({ fault }) => (fault ? [fault] : []));
  if (faults.length === 0) throw new NotApplicable("nothing of it failed");
  return faults;
}

const longSentence: Case = {
  id: "errors/long-sentence",
  promise: "a fault's sentence is at most 1 KiB, whatever the exception said",
  advice: "cut the message of a fault to 1 KiB of UTF-8",
  async run(trial) {
    for (const service of trial.itemServices()) {
      const { message } = await faultOf(trial, "long_error", service);
      const bytes = Buffer.byteLength(message);
      must(bytes <= sentenceBytes, `an exception of 100000 characters came as ${bytes} bytes`);
      must(bytes > 0, "an exception of 100000 characters came without a sentence");
    }
    return "cut";
  },
};

const declared: Case = {
  id: "errors/declared-fault",
  promise: "a fault that the author declares arrives as it is: its status, whose fault it was, and its words",
  advice: "keep status, origin and message of a fault that the author made on purpose",
  async run(trial) {
    const fault = await faultOf(trial, "fault");
    must(fault.status === PollStatus.TIMEOUT, `its status is ${fault.status}`, "status 3 (timeout), as declared");
    must(
      fault.origin === FaultOrigin.TARGET,
      `its origin is ${fault.origin}`,
      "origin 2 (target): the device is silent",
    );
    const said = fault.message.includes("no answer from nobody");
    must(said, `its sentence is: ${short(fault.message)}`, "no answer from nobody");
    return short(fault.message);
  },
};

export const errorCases: readonly Case[] = [details, origin, noStack, longSentence, declared];
