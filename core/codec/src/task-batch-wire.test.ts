import { create, toBinary } from "@bufbuild/protobuf";
import { TaskBatchSchema } from "@ocelli/proto/task";
import { expect, test } from "vitest";
import { taskCodec } from "./codecs.js";
import { decodeTaskBatch, encodeTaskBatch } from "./task-batch-wire.js";

const task = (slotAtMs: number) => ({
  kind: "polling" as const,
  plugin: "p",
  resource: undefined,
  pluginRevision: "1",
  slotAtMs,
  notBeforeAtMs: slotAtMs,
  expiresAtMs: slotAtMs + 60_000,
  frequencyMs: 60_000,
  revision: 7,
  state: new Uint8Array([1, 2]),
  onDemand: false,
  traceparent: "",
});

test("a batch is the message of the contract, and its tasks come back in order", () => {
  const encoded = encodeTaskBatch([1, 2, 3].map((slot) => taskCodec.encode(task(slot))));
  const tasks = [1, 2, 3].map((slot) => ({
    kind: 3,
    plugin: "p",
    pluginRevision: "1",
    slotAtMs: BigInt(slot),
    notBeforeAtMs: BigInt(slot),
    expiresAtMs: BigInt(slot + 60_000),
    frequencyMs: 60_000,
    revision: 7n,
    state: new Uint8Array([1, 2]),
  }));
  expect(Buffer.from(encoded).equals(toBinary(TaskBatchSchema, create(TaskBatchSchema, { tasks })))).toBe(true);
  expect(decodeTaskBatch(encoded)).toMatchObject([task(1), task(2), task(3)]);
});

test.for([
  { why: "a text", bytes: Buffer.from("hello, world") },
  { why: "one of the tasks is none", bytes: encodeTaskBatch([taskCodec.encode(task(1)), new Uint8Array([0xff])]) },
  { why: "the field is a number", bytes: new Uint8Array([0x08, 0x01]) },
])("no batch: $why", ({ bytes }) => {
  expect(() => decodeTaskBatch(bytes)).toThrow(RangeError);
});
