import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { ResultSchema } from "@ocelli/proto/task";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readResultHead } from "./result-wire.js";
import { resource, text } from "./testing/arbitraries.js";
import { refused } from "./testing/refused.js";

const fault = fc.record({ message: text, origin: fc.nat(4), status: fc.nat(8) });
const result = fc
  .record({
    kind: fc.nat(4),
    plugin: text,
    resource: fc.option(resource),
    fence: fc.maxSafeNat().map(BigInt),
    part: fc.nat(2 ** 32 - 1),
    last: fc.boolean(),
    agentId: text,
    slotAtMs: fc.maxSafeNat().map(BigInt),
    startedAtMs: fc.maxSafeNat().map(BigInt),
    finishedAtMs: fc.maxSafeNat().map(BigInt),
    frequencyMs: fc.nat(2 ** 32 - 1),
    pluginRevision: text,
    status: fc.nat(8),
    fault: fc.option(fault),
    groups: fc.array(fc.record({ name: text, metrics: fc.array(fc.record({ name: text, type: fc.nat(2) })) })),
    sets: fc.array(fc.record({ namespace: text, dataJson: fc.uint8Array() })),
    discovery: fc.option(fc.record({ resources: fc.array(fc.record({ id: text })) })),
    onDemand: fc.boolean(),
  })
  .map(({ resource: found, fault: why, discovery, ...rest }) =>
    create(ResultSchema, {
      ...rest,
      ...(found ? { resource: found } : {}),
      ...(why ? { fault: why } : {}),
      ...(discovery ? { discovery } : {}),
    }),
  );

test("the head of a result is what protobuf reads, whatever else is in it", () => {
  fc.assert(
    fc.property(result, (proto) => {
      const { plugin, resource, fence, part } = proto;
      expect(readResultHead(toBinary(ResultSchema, proto))).toEqual({
        plugin,
        resourceId: resource?.id ?? "",
        endpoint: resource?.endpoint ?? "",
        fence: Number(fence),
        part,
      });
    }),
  );
});

test("a result cut short is refused wherever protobuf refuses it", () => {
  fc.assert(
    fc.property(result, fc.nat(), (proto, at) => {
      const bytes = toBinary(ResultSchema, proto);
      const cut = bytes.subarray(0, at % (bytes.length + 1));
      expect(refused(() => readResultHead(cut))).toBe(refused(() => fromBinary(ResultSchema, cut)));
    }),
    { numRuns: 100 },
  );
});

test.for([
  { why: "plain text", bytes: Buffer.from("hello, world") },
  { why: "a number where the groups belong", bytes: Buffer.from([0x78, 0x01]) },
  { why: "a resource that ends too early", bytes: Buffer.from([0x1a, 0x03, 0x0a, 0x09, 0x41]) },
])("what is no result is refused: $why", ({ bytes }) => {
  expect(() => readResultHead(bytes)).toThrow(RangeError);
});
