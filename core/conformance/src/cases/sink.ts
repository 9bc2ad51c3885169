import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { resourceToProto } from "@ocelli/codec";
import type { SinkRecordSchema } from "@ocelli/proto/plugin";
import { MetricType } from "@ocelli/proto/resource";
import { Kind as ProtoKind, ResultSchema } from "@ocelli/proto/task";
import type { Case, Trial } from "../engine/case.js";
import { must } from "../engine/verdict.js";
import { callSink, type SinkCall, type WriteInit } from "../work/sink-call.js";
import { nextName, type Use } from "../work/worker.js";

type Record = MessageInitShape<typeof SinkRecordSchema>;

/** A result as an agent publishes it. */
function record(trial: Trial, position: number, plugin = "conformance-poller"): Record {
  const nowMs = BigInt(Date.now());
  const result = create(ResultSchema, {
    kind: ProtoKind.POLLING,
    plugin,
    resource: resourceToProto(trial.fixture.resource),
    fence: BigInt(position),
    last: true,
    agentId: "conformance",
    slotAtMs: nowMs,
    startedAtMs: nowMs,
    finishedAtMs: nowMs,
    frequencyMs: 60_000,
    groups: [
      {
        name: "conformance",
        dimensions: [{ name: "n", value: String(position) }],
        metrics: [{ name: "answer", type: MetricType.GAUGE, value: { case: "doubleValue", value: position } }],
        atMs: nowMs,
      },
    ],
  });
  return { mesh: "conformance", position: BigInt(position), result };
}

function write(trial: Trial, use: Use, batches: readonly (readonly Record[])[]): Promise<SinkCall> {
  const requests: WriteInit[] = batches.map((records, i) => ({ ...use, batch: BigInt(i + 1), records: [...records] }));
  return callSink(trial.module.wire, requests, { timeoutMs: trial.timings.answerMs });
}

/** Every batch was answered once, by its number, in order, and stored. */
function mustStore({ responses, error }: SinkCall, batches: number): void {
  if (error !== undefined) throw error;
  const numbers = responses.map(({ batch }) => Number(batch));
  const wanted = Array.from({ length: batches }, (_, i) => i + 1);
  must(
    numbers.join() === wanted.join(),
    `answers came to the batches ${numbers.join(", ") || "none"}`,
    wanted.join(", "),
  );
  const fault = responses.find((one) => one.fault)?.fault;
  must(fault === undefined, `a batch was not stored: ${fault?.message}`);
}

/** What a probe stored, as it wrote it to its file. */
async function inFile<T>(work: (path: string, positions: () => Promise<number[]>) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "ocelli-check-sink-"));
  const path = join(folder, "stored");
  const positions = async (): Promise<number[]> => {
    const text = await readFile(path, "utf8").catch(() => "");
    const lines = text.split("\n").filter((line) => line !== "");
    return lines.map((line) => (JSON.parse(line) as { position: number }).position);
  };
  try {
    return await work(path, positions);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const everyBatch: Case = {
  id: "sink/every-batch",
  promise: "every batch is answered once by its number, in order, after all of its records are stored",
  advice: "answer a batch when it is stored, not when it has come; name its number",
  needs: ["describe/services"],
  run: (trial) =>
    inFile(async (file, positions) => {
      trial.needService("sink");
      const use = await trial.worker.configure({ knobs: { file } });
      const batches = [[1, 2, 3], [4], [5, 9, 12]];
      const call = await write(
        trial,
        use,
        batches.map((batch) => batch.map((position) => record(trial, position))),
      );
      mustStore(call, batches.length);
      const refused = call.responses.flatMap((one) => one.refused);
      must(refused.length === 0, `record ${refused[0]?.position} was refused: ${refused[0]?.fault?.message}`);
      if (!trial.worker.isProbe) return `${batches.length} batches`;
      const stored = await positions();
      must(
        stored.join() === batches.flat().join(),
        `it stored the positions ${stored.join(", ")}`,
        batches.flat().join(),
      );
      return `${batches.length} batches, ${stored.length} records`;
    }),
};

const refusedAlone: Case = {
  id: "sink/refused-alone",
  promise: "a record that can never be stored is named with the reason, and the others of its batch are stored",
  advice: "put such records into refused, by position; do not fail the batch for them, which would come again for ever",
  needs: ["sink/every-batch"],
  run: (trial) =>
    inFile(async (file, positions) => {
      trial.needService("sink");
      trial.needKnobs("refuse a record", "file");
      const use = await trial.worker.configure({ knobs: { file } });
      const call = await write(trial, use, [[record(trial, 1), record(trial, 2, "refuse-me"), record(trial, 3)]]);
      mustStore(call, 1);
      const refused = call.responses.flatMap((one) => one.refused);
      const named = refused.map(({ position }) => Number(position));
      must(named.join() === "2", `it refused the positions ${named.join(", ") || "none"}`, "2");
      must((refused[0]?.fault?.message ?? "") !== "", "it refused position 2 without a reason", "a sentence");
      const stored = await positions();
      must(stored.join() === "1,3", `it stored the positions ${stored.join(", ") || "none"}`, "1, 3");
      return `refused 2: ${refused[0]?.fault?.message}`;
    }),
};

const again: Case = {
  id: "sink/again",
  promise: "records that come again, as they do after a crash, are taken and answered",
  advice: "compare mesh and position with what you stored, and answer what you have already as stored",
  needs: ["sink/every-batch"],
  async run(trial) {
    trial.needService("sink");
    const use = await trial.worker.configure();
    const batches = [[record(trial, 1), record(trial, 2)]];
    for (let i = 0; i < 2; i += 1) mustStore(await write(trial, use, batches), 1);
    return "taken twice";
  },
};

const twoPlugins: Case = {
  id: "sink/one-plugin-a-stream",
  promise: "streams of several plugins run side by side, each into what its own settings say",
  advice: "open what a sink writes to once for each plugin, by its settings",
  needs: ["sink/every-batch", "settings/instances"],
  run: (trial) =>
    inFile((first, ofFirst) =>
      inFile(async (second, ofSecond) => {
        trial.needService("sink");
        trial.needKnobs("write to a place that its settings name", "file");
        const name = nextName("sink");
        const one = await trial.worker.configure({ knobs: { file: first }, plugin: `${name}-a` });
        const two = await trial.worker.configure({ knobs: { file: second }, plugin: `${name}-b` });
        const calls = await Promise.all([
          write(trial, one, [[record(trial, 1)], [record(trial, 2)]]),
          write(trial, two, [[record(trial, 11)], [record(trial, 12)]]),
        ]);
        for (const call of calls) mustStore(call, 2);
        const stored = [await ofFirst(), await ofSecond()].map((all) => all.join());
        must(stored.join(" | ") === "1,2 | 11,12", `they stored ${stored.join(" | ")}`, "1,2 | 11,12");
        return "each its own";
      }),
    ),
};

export const sinkCases: readonly Case[] = [everyBatch, refusedAlone, again, twoPlugins];
