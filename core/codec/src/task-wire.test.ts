import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { ResourceSchema } from "@ocelli/proto/resource";
import { type Task as ProtoTask, TaskSchema } from "@ocelli/proto/task";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tagOf, wire } from "./bytes/reader.js";
import { WireWriter } from "./bytes/writer.js";
import { resourceFromProto } from "./resource.js";
import { decodeTask, encodeTask, type WireTask } from "./task-wire.js";
import { instant, resource, text } from "./testing/arbitraries.js";
import { refused } from "./testing/refused.js";
import { kindWords } from "./words.js";

const fence = fc.oneof(fc.nat(), fc.maxSafeNat());
const state = fc.uint8Array({ maxLength: 300 });
/** Enough to find what is wrong, few enough for a busy machine. */
const some = { numRuns: 60 };
const task = fc
  .record({
    kind: fc.integer({ min: 0, max: 9 }),
    plugin: text,
    resource: fc.option(resource, { nil: undefined }),
    pluginRevision: text,
    slotAtMs: instant.map(BigInt),
    notBeforeAtMs: instant.map(BigInt),
    expiresAtMs: instant.map(BigInt),
    frequencyMs: fc.nat(2 ** 32 - 1),
    revision: fence.map(BigInt),
    state,
    onDemand: fc.boolean(),
    traceparent: text,
  })
  .map(({ resource: found, ...rest }) => create(TaskSchema, { ...rest, ...(found ? { resource: found } : {}) }));

/** Fields that a later version may add, with every wire type. */
const unknown = fc
  .array(fc.record({ field: fc.integer({ min: 13, max: 3000 }), value: fc.nat(2 ** 32 - 1) }))
  .map((all) => {
    const writer = new WireWriter();
    for (const { field, value } of all) {
      const bytes = new Uint8Array(value % 9);
      if (value % 3 === 0) writer.uint32(tagOf(field, wire.varint), value);
      else if (value % 3 === 1) writer.message(tagOf(field, wire.span), bytes);
      else {
        writer.raw(tagBytes(tagOf(field, wire.groupStart)));
        writer.message(tagOf(field, wire.span), bytes);
        writer.raw(tagBytes(tagOf(field, wire.bit32)));
        writer.raw(new Uint8Array(4));
        writer.raw(tagBytes(tagOf(field, wire.bit64)));
        writer.raw(new Uint8Array(8));
        writer.raw(tagBytes(tagOf(field, wire.groupEnd)));
      }
    }
    return writer.finish();
  });

function tagBytes(tag: number): Uint8Array {
  const writer = new WireWriter();
  writer.uint32(8, tag);
  return writer.finish().subarray(1);
}

function same(read: WireTask, proto: ProtoTask): void {
  expect({ ...read, resourceBytes: undefined, resourceId: undefined }).toEqual({
    kind: kindWords.from(proto.kind),
    plugin: proto.plugin,
    pluginRevision: proto.pluginRevision,
    slotAtMs: Number(proto.slotAtMs),
    notBeforeAtMs: Number(proto.notBeforeAtMs),
    expiresAtMs: Number(proto.expiresAtMs),
    frequencyMs: proto.frequencyMs,
    revision: Number(proto.revision),
    state: proto.state,
    onDemand: proto.onDemand,
    traceparent: proto.traceparent,
  });
  expect(read.resource).toEqual(proto.resource && resourceFromProto(proto.resource));
  expect([read.resourceId, read.endpoint]).toEqual([proto.resource?.id ?? "", proto.resource?.endpoint ?? ""]);
}

describe("a task reads as protobuf says", () => {
  test("whatever it holds, and whatever a later version added", () => {
    fc.assert(
      fc.property(task, unknown, fc.option(text), (proto, added, guess) => {
        const bytes = Buffer.concat([added, toBinary(TaskSchema, proto), added]);
        same(decodeTask(bytes, guess ?? proto.resource?.id ?? ""), fromBinary(TaskSchema, bytes));
      }),
      some,
    );
  });

  test("written here it is read the same there, and the resource's bytes are passed on as they are", () => {
    fc.assert(
      fc.property(task, (proto) => {
        const scalars = decodeTask(toBinary(TaskSchema, proto));
        const bytes = encodeTask(scalars, scalars.resourceBytes);
        const again = fromBinary(TaskSchema, bytes);
        expect(again).toEqual({ ...proto, kind: again.kind });
        expect(kindWords.from(again.kind)).toBe(kindWords.from(proto.kind));
        if (proto.resource) expect(scalars.resourceBytes).toEqual(toBinary(ResourceSchema, proto.resource));
      }),
      some,
    );
  });
});

describe("bytes that are no task are refused", () => {
  test("cut anywhere but between two fields", () => {
    fc.assert(
      fc.property(task, fc.nat(), (proto, at) => {
        const bytes = toBinary(TaskSchema, proto);
        const cut = bytes.subarray(0, at % (bytes.length + 1));
        expect(refused(() => decodeTask(cut))).toBe(refused(() => fromBinary(TaskSchema, cut)));
      }),
      { numRuns: 100 },
    );
  });

  test("whatever protobuf refuses of bytes changed at random is refused here", () => {
    fc.assert(
      fc.property(task, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }), (proto, changes) => {
        const bytes = Uint8Array.from(toBinary(TaskSchema, proto));
        for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
        const here = refused(() => decodeTask(bytes));
        if (refused(() => fromBinary(TaskSchema, bytes))) expect(here).toBe(true);
        if (!here) expect(refused(() => void decodeTask(bytes).resource)).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  test.for([
    { why: "plain text", bytes: Buffer.from("hello, world") },
    { why: "a name that is not UTF-8", bytes: Buffer.from([0x12, 0x02, 0xc3, 0x28]) },
    { why: "a resource whose id is not UTF-8", bytes: Buffer.from([0x1a, 0x04, 0x0a, 0x02, 0xc3, 0x28]) },
    { why: "a resource that ends too early", bytes: Buffer.from([0x1a, 0x03, 0x0a, 0x09, 0x41]) },
    { why: "two resources", bytes: Buffer.from([0x1a, 0x00, 0x1a, 0x00]) },
    { why: "a number where a name belongs", bytes: Buffer.from([0x10, 0x01]) },
    { why: "groups without end", bytes: Buffer.alloc(500, 0x6b) },
  ])("$why", ({ bytes }) => {
    expect(() => decodeTask(bytes)).toThrow(RangeError);
  });
});
