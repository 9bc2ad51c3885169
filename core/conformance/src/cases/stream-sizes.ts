import { create, toBinary } from "@bufbuild/protobuf";
import { ConfigureRequestSchema, HandshakeRequestSchema, type Item, PollRequestSchema } from "@ocelli/proto/plugin";
import type { Case, Trial } from "../engine/case.js";
import { must, NotApplicable } from "../engine/verdict.js";
import { markedProcesses, residentBytes } from "../launch/processes.js";
import { failedCall, inWords } from "../wire/failed-call.js";
import { addUnknownFields } from "../wire/unknown-fields.js";
import { callAny } from "../work/any-call.js";
import { errorsOf, nextName, type Worker } from "../work/worker.js";
import { mustEndWell, outcomeOf, pause } from "./answers.js";

/** A request of exactly so many bytes: three items whose resources carry a long text. */
function requestOfSize(
  trial: Trial,
  worker: Worker,
  plugin: { plugin: string; revision: string },
  bytes: number,
): Item[] {
  const { resource } = trial.fixture;
  const item = (i: number, length: number): Item =>
    worker.item(plugin, i, {
      resource: { ...resource, id: `${resource.id}-${i}`, metadata: { pad: "x".repeat(length) } },
    });
  const sizeOf = (items: Item[]): number => toBinary(PollRequestSchema, create(PollRequestSchema, { items })).length;
  const third = Math.floor(bytes / 3) - 1_000;
  const items = [item(1, third), item(2, third)];
  const before = sizeOf([...items, item(3, third)]);
  return [...items, item(3, third + bytes - before)];
}

const atLimit: Case = {
  id: "stream/message-at-limit",
  promise: "a request as large as both sides allow is taken",
  advice: "set the receive limit of your gRPC server to message_bytes (4 MiB), not below it",
  async run(trial) {
    const { worker, module } = trial;
    const service = trial.itemService();
    const use = await worker.configure();
    const bytes = module.agreed.messageBytes;
    const call = await worker.call(service, requestOfSize(trial, worker, use, bytes), {
      timeoutMs: trial.timings.caseMs,
    });
    mustEndWell(call);
    for (const item of [1, 2, 3]) outcomeOf(call, item);
    return `${bytes} bytes`;
  },
};

const overLimit: Case = {
  id: "stream/message-too-large",
  promise: "a request that is larger than allowed does no harm: it is refused or taken, and the module goes on",
  advice: "leave the size limit to your gRPC server, which refuses such a message by itself",
  async run(trial) {
    const { worker, module } = trial;
    const service = trial.itemService();
    const use = await worker.configure();
    const wire = module.anotherWire();
    const items = requestOfSize(trial, worker, use, module.agreed.messageBytes + 64 * 1024);
    const { error } = await worker.call(service, items, { wire, timeoutMs: trial.timings.caseMs / 2 });
    wire.close();
    const said = error === undefined ? "taken" : inWords(failedCall(error));
    must(!said.startsWith("DEADLINE_EXCEEDED"), `it did not answer a request that is too large`);
    const after = await worker.call(service, [worker.item(use, 1)]);
    outcomeOf(after, 1);
    return said;
  },
};

const large: Case = {
  id: "stream/large-result",
  promise: "a result larger than a message comes whole, in messages of at most 4 MiB",
  advice: "send a large answer in several, all but the last with more = true; batches of 256 KiB are a good size",
  async run(trial) {
    const { worker } = trial;
    trial.needKnobs("return a large result", "groups", "pad_bytes");
    const groups = 200;
    const use = await worker.configure({ knobs: { groups, pad_bytes: 40_000 } });
    const limit = trial.module.agreed.messageBytes;
    const timeoutMs = trial.timings.caseMs / 2;
    const seen: string[] = [];
    if (trial.services.has("polling")) {
      const item = worker.item(use, 1, { deadlineMs: timeoutMs });
      const call = await worker.call("polling", [item], { timeoutMs });
      const outcome = outcomeOf(call, 1);
      must(outcome.fault === undefined, `it failed: ${outcome.fault?.message}`);
      must(outcome.groups.length === groups, `${outcome.groups.length} of ${groups} groups came`);
      must(call.largestBytes <= limit, `a message of ${call.largestBytes} bytes came`, `at most ${limit}`);
      must(outcome.ends === 1, `${outcome.ends} answers said that they were the last`, "all but the last say more");
      seen.push(`${call.messages} messages, the largest of ${call.largestBytes} bytes`);
    }
    if (trial.services.has("discovery")) {
      const call = await worker.discover(worker.run(use, { deadlineMs: timeoutMs }), { timeoutMs });
      if (call.error !== undefined) throw call.error;
      must(call.resources.length === groups, `${call.resources.length} of ${groups} resources came`);
      must(call.largestBytes <= limit, `a message of ${call.largestBytes} bytes came`, `at most ${limit}`);
    }
    if (seen.length === 0 && !trial.services.has("discovery"))
      throw new NotApplicable("it serves nothing that can be large");
    return seen.join("; ");
  },
};

const unknownFields: Case = {
  id: "stream/unknown-fields",
  promise: "fields that a newer host sends are ignored, in every message",
  advice: "let your protobuf library skip unknown fields; do not reject or echo them",
  async run(trial) {
    const { worker, module, timings } = trial;
    const { wire } = module;
    const options = wire.options(timings.answerMs);
    const hello = addUnknownFields(create(HandshakeRequestSchema, { protocolMajors: [1] }));
    const { protocolMajor } = await wire.plugin.handshake(hello, options);
    must(protocolMajor === 1, `Handshake with unknown fields chose major ${protocolMajor}`);
    const use = { plugin: nextName("newer"), revision: "r1" };
    const secrets = worker.isProbe ? {} : { ...worker.fixture.secrets };
    const settings = { ...use, settingsJson: JSON.stringify(worker.settings()), secrets };
    const configure = addUnknownFields(create(ConfigureRequestSchema, settings));
    const { diagnostics } = await wire.plugin.configure(configure, options);
    must(
      errorsOf(diagnostics).length === 0 || !worker.isProbe,
      `Configure with unknown fields: ${diagnostics[0]?.summary}`,
    );
    const known = errorsOf(diagnostics).length === 0 ? use : await worker.configure();
    const main = trial.mainService();
    if (main === "discovery" || main === "sink") {
      const error = await callAny(worker, main, known, { timeoutMs: timings.answerMs });
      if (error !== undefined) throw error;
      return "ignored";
    }
    const item = worker.item(known, 1);
    addUnknownFields(item);
    if (item.run) addUnknownFields(item.run);
    if (item.resource) addUnknownFields(item.resource);
    const call = await worker.call(main, [item], { touch: (request) => void addUnknownFields(request) });
    outcomeOf(call, 1);
    return "ignored";
  },
};

/** What a module may grow by while nobody reads, in bytes. What is under way in buffers of both sides is about 3 MiB; the rest
 *  is room for collectors that tidy up late. */
const growthBytes = 96 * 1024 * 1024;

/** What counts as standing still, in bytes. */
const flatBytes = 4 * 1024 * 1024;

/** Watches memory until it has stood still for half of `stallMs`, is far too much, or has grown for five times as long. */
async function growth(grownBy: () => Promise<number>, stallMs: number): Promise<{ bytes: number; isFlat: boolean }> {
  const startedAtMs = performance.now();
  const seen: { readonly atMs: number; readonly bytes: number }[] = [];
  for (;;) {
    await pause(stallMs / 10);
    const atMs = performance.now() - startedAtMs;
    const bytes = await grownBy();
    seen.push({ atMs, bytes });
    const lately = seen.filter((one) => one.atMs > atMs - stallMs / 2);
    const isFlat = Math.max(...lately.map((one) => one.bytes)) - (lately[0]?.bytes ?? 0) < flatBytes;
    const most = Math.max(...seen.map((one) => one.bytes));
    if (most >= growthBytes || atMs > stallMs * 5 || (atMs >= stallMs && isFlat)) return { bytes: most, isFlat };
  }
}

const stalled: Case = {
  id: "stream/stalled-reader",
  promise: "a reader that stops reading stops the work: memory stays bounded, and other calls are served meanwhile",
  advice: "wait for the stream to drain before you make more (await write, Send, or the generator's next step)",
  async run(trial) {
    const { worker, module, timings } = trial;
    trial.needKnobs("yield without an end", "fail", "pad_bytes");
    const { process } = module.parts;
    if (!process) throw new NotApplicable("its memory cannot be seen from here");
    const memory = async (): Promise<number> => {
      const bytes = await residentBytes((await markedProcesses(process.mark)) ?? []);
      if (bytes === undefined) throw new NotApplicable("this system does not show how much memory a process holds");
      return bytes;
    };
    const use = await worker.configure({ knobs: { fail: "endless", pad_bytes: 32_768 } });
    const well = await worker.configure();
    const seen: string[] = [];
    for (const service of ["polling", "discovery"] as const) {
      if (!trial.services.has(service)) continue;
      const wire = module.anotherWire();
      const leave = new AbortController();
      const options = wire.options(timings.caseMs, leave.signal);
      const long = { deadlineMs: timings.caseMs };
      const stream =
        service === "polling"
          ? wire.polling.poll({ items: [worker.item(use, 1, long)] }, options)
          : wire.discovery.discover({ run: worker.run(use, long) }, options);
      const reader: AsyncIterator<unknown> = stream[Symbol.asyncIterator]();
      const before = await memory();
      await reader.next();
      const grown = await growth(async () => (await memory()) - before, timings.stallMs);
      const other = trial.services.has("polling") ? await worker.call("polling", [worker.item(well, 1)]) : undefined;
      leave.abort();
      await reader.return?.().catch(() => {});
      wire.close();
      const mib = Math.round(grown.bytes / 1024 / 1024);
      const still = grown.isFlat ? "" : " and growing";
      must(
        grown.isFlat && grown.bytes < growthBytes,
        `${service}: ${mib} MiB more${still} without a reader`,
        "at most 96 MiB",
      );
      if (other) outcomeOf(other, 1);
      seen.push(`${service}: ${mib} MiB more`);
    }
    if (seen.length === 0) throw new NotApplicable("it serves nothing that streams much");
    return seen.join(", ");
  },
};

export const streamSizeCases: readonly Case[] = [atLimit, overLimit, large, unknownFields, stalled];
