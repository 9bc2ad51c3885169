import type { Resource } from "@ocelli/model";
import type { Case } from "../engine/case.js";
import { must } from "../engine/verdict.js";
import type { ItemCall } from "../work/item-call.js";
import { metricOf, mustEndWell, outcomeOf, short } from "./answers.js";

/** Every number of these is answered exactly once, and nothing else is. */
function mustAnswerOnce(call: ItemCall, numbers: readonly number[]): void {
  mustEndWell(call);
  const missing = numbers.filter((item) => !call.outcomes.has(item));
  must(missing.length === 0, `no answer came to ${missing.length} of ${numbers.length} items (${missing.slice(0, 5)})`);
  for (const { item, ends, late } of call.outcomes.values()) {
    must(numbers.includes(item), `an answer came to item ${item}, which was not asked for`);
    must(ends > 0, `the answers to item ${item} never ended: the last one says more = true`);
    must(ends === 1 && late === 0, `item ${item} was answered ${ends + late} times`);
  }
}

const exactlyOnce: Case = {
  id: "stream/exactly-once",
  promise: "every item is answered exactly once, by its own number, whatever the numbers are",
  advice: "repeat the item number of the request in the answer; it is a name, not an index",
  async run(trial) {
    const { worker } = trial;
    const use = await worker.configure();
    const numbers = [7, 0, 4_294_967_295, 1_000, 3, 2];
    for (const service of trial.itemServices()) {
      const call = await worker.call(
        service,
        numbers.map((item) =>
          worker.item(use, item, {
            resource: { ...trial.fixture.resource, id: `${trial.fixture.resource.id}-${item}` },
          }),
        ),
      );
      mustAnswerOnce(call, numbers);
    }
    return `${numbers.length} items`;
  },
};

const batchOfOne: Case = {
  id: "stream/batch-of-one",
  promise: "a batch of one item is answered",
  advice: "do not wait for more items than the request has",
  async run(trial) {
    const { worker } = trial;
    const use = await worker.configure();
    const call = await worker.call(trial.itemService(), [worker.item(use, 1)]);
    outcomeOf(call, 1);
    return `${Math.round(call.tookMs)} ms`;
  },
};

const batchOfLimit: Case = {
  id: "stream/batch-of-limit",
  promise: "a batch of as many items as both sides allow is answered",
  advice: "work through batches of items_per_call (256 where you say nothing), or say in Limits how many you take",
  async run(trial) {
    const { worker, module } = trial;
    const count = module.agreed.itemsPerCall;
    const use = await worker.configure();
    const call = await worker.call(trial.itemService(), worker.items(use, count), { timeoutMs: trial.timings.caseMs });
    mustEndWell(call);
    must(call.outcomes.size >= count, `${call.outcomes.size} of ${count} items were answered`);
    return `${count} items in ${Math.round(call.tookMs)} ms`;
  },
};

const emptyBatch: Case = {
  id: "stream/empty-batch",
  promise: "a call without items ends well, at once and without answers",
  advice: "end the stream when every item is answered, also where there is none",
  async run(trial) {
    for (const service of trial.itemServices()) {
      const call = await trial.worker.call(service, []);
      mustEndWell(call);
      must(call.outcomes.size === 0, `${call.outcomes.size} answers came to a call without items`);
    }
    return "it ended";
  },
};

const failsAlone: Case = {
  id: "stream/fails-alone",
  promise: "an item that fails leaves the other items of its batch alone",
  advice: "catch what the work on one item throws, and answer that item with a fault",
  async run(trial) {
    const { worker, fixture } = trial;
    const { resource } = fixture;
    const use = await worker.configure({ knobs: { fail: "throw", fail_for: `${resource.id}-2` } });
    for (const service of trial.itemServices()) {
      const items = worker.isProbe
        ? worker.items(use, 4)
        : [1, 2, 3].map((item) => worker.item(use, item, { resource: odd(resource, item) }));
      const call = await worker.call(service, items);
      mustEndWell(call);
      for (const { item } of items) {
        const { fault } = outcomeOf(call, item);
        if (!worker.isProbe) continue;
        if (item === 2) must(fault !== undefined, "the item whose work throws was answered without a fault");
        else must(fault === undefined, `item ${item} failed beside item 2: ${short(fault?.message ?? "")}`);
      }
    }
    return worker.isProbe ? "item 2 of 4 failed alone" : "a resource without an endpoint did no harm to the others";
  },
};

/** The second of three resources cannot be reached: it has no endpoint. */
function odd(resource: Resource, item: number): Resource {
  return { ...resource, id: `${resource.id}-${item}`, ...(item === 2 && { endpoint: "" }) };
}

const repeated: Case = {
  id: "stream/repeated-call",
  promise: "the same call once more is answered like the first: a host may repeat what it does not know to be done",
  advice: "keep nothing of a run in the process; what has to last travels as state",
  async run(trial) {
    const { worker } = trial;
    const service = trial.itemService();
    const use = await worker.configure({ knobs: { value: 5, groups: 2 } });
    const items = worker.items(use, 3);
    const counts: string[] = [];
    for (let i = 0; i < 2; i += 1) {
      const call = await worker.call(service, items);
      mustEndWell(call);
      for (const { item } of items) outcomeOf(call, item);
      if (!worker.isProbe || service !== "polling") continue;
      counts.push(items.map(({ item }) => metricOf(outcomeOf(call, item), "runs_total")).join());
    }
    const [first, second] = counts;
    must(first === second, `runs_total was ${first} and then ${second}, with the same state`, "the same both times");
    return "the same twice";
  },
};

const concurrent: Case = {
  id: "stream/calls-in-flight",
  promise: "as many calls at a time as both sides allow are all answered",
  advice: "serve calls side by side, or say in Limits how many you take",
  async run(trial) {
    const { worker, module } = trial;
    const service = trial.itemService();
    const count = Math.min(module.agreed.callsInFlight, 64);
    const use = await worker.configure({ knobs: { wait_ms: 50 } });
    const plan = { timeoutMs: trial.timings.caseMs };
    const calls = await Promise.all(
      Array.from({ length: count }, () => worker.call(service, [worker.item(use, 1)], plan)),
    );
    for (const call of calls) outcomeOf(call, 1);
    return `${count} calls at a time`;
  },
};

/** Ids that break what was not made for them. */
const oddIds: readonly string[] = [
  "a b/c\\d?e#f%20",
  "größe-日本語-🦎",
  "العربية",
  "tab\tnewline\nquote\"'`$(id);{}",
  "../../etc/passwd",
  "*.>",
  "e\u0301 is not \u00e9",
  "x".repeat(512),
  "ü".repeat(256),
  "__proto__",
];

const odds: Case = {
  id: "stream/odd-ids",
  promise: "resources may be named by any characters, up to 512 bytes of UTF-8, and come through unharmed",
  advice: "treat ids as opaque text; where a device or a file system knows fewer characters, encode them",
  async run(trial) {
    const { worker, fixture } = trial;
    const service = trial.itemService();
    const use = await worker.configure();
    const call = await worker.call(
      service,
      oddIds.map((id, i) => worker.item(use, i + 1, { resource: { ...fixture.resource, id } })),
    );
    mustEndWell(call);
    for (const [i, id] of oddIds.entries()) {
      const outcome = outcomeOf(call, i + 1);
      if (!worker.isProbe || service !== "polling") continue;
      const bytes = metricOf(outcome, "id_bytes");
      must(bytes === Buffer.byteLength(id), `the id ${JSON.stringify(short(id))} arrived as ${bytes} bytes`);
    }
    return `${oddIds.length} ids`;
  },
};

export const streamCases: readonly Case[] = [
  ...[exactlyOnce, batchOfOne, batchOfLimit, emptyBatch, failsAlone, repeated, concurrent, odds],
];
