import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type Resource, sameResource } from "@ocelli/model";
import { ResourceRecordSchema, ResourceSchema } from "@ocelli/proto/resource";
import fc from "fast-check";
import { expect, test } from "vitest";
import { PackedResource, unpackResourceRecord } from "./packed-resource.js";
import { resourceFromProto, resourceRecordFromProto, resourceRecordToProto } from "./resource.js";
import { encodeResource } from "./task-wire.js";
import { resource, text } from "./testing/arbitraries.js";

const instant = fc.maxSafeNat();
const record = fc.record({
  resource,
  source: text,
  firstSeenAtMs: instant,
  seenAtMs: instant,
  endpointSinceAtMs: instant,
  expiresAtMs: instant,
  heldForRemoval: fc.boolean(),
});

/** Every field, read one by one. */
function fieldsOf({ id, site, class: kind, subclass, type, endpoint, metadata, parents, ttlS }: Resource) {
  return { id, site, class: kind, subclass, type, endpoint, metadata: { ...metadata }, parents, ttlS };
}

test("a packed record reads as the plain codec reads it, and its resource travels on as it came", () => {
  fc.assert(
    fc.property(record, (some) => {
      const bytes = toBinary(ResourceRecordSchema, resourceRecordToProto(some));
      const plain = resourceRecordFromProto(fromBinary(ResourceRecordSchema, bytes));
      const { resource: packed, ...rest } = unpackResourceRecord(bytes);
      expect({ ...rest, resource: fieldsOf(packed) }).toEqual({ ...plain, resource: fieldsOf(plain.resource) });
      expect(sameResource(packed, plain.resource)).toBe(true);
      const sent = encodeResource(packed);
      expect(fieldsOf(resourceFromProto(fromBinary(ResourceSchema, sent)))).toEqual(fieldsOf(plain.resource));
    }),
  );
});

test("what a later version adds to a resource is passed on, too", () => {
  const unknown = new Uint8Array([0xa2, 0x06, 1, 7]);
  const bytes = new Uint8Array([...toBinary(ResourceSchema, create(ResourceSchema, { id: "a" })), ...unknown]);
  const sent = encodeResource(new PackedResource(bytes));
  expect(fromBinary(ResourceSchema, sent)).toEqual(fromBinary(ResourceSchema, bytes));
});

test("an id that does not come first is found, and of two the last counts", () => {
  const site = toBinary(ResourceSchema, create(ResourceSchema, { site: "s" }));
  const [a, b] = ["a", "b"].map((id) => toBinary(ResourceSchema, create(ResourceSchema, { id })));
  for (const parts of [
    [site, b],
    [a, site, b],
  ]) {
    const packed = new PackedResource(Buffer.concat(parts.map((part) => part ?? new Uint8Array())));
    expect(fieldsOf(packed)).toMatchObject({ id: "b", site: "s" });
    expect(fromBinary(ResourceSchema, encodeResource(packed))).toMatchObject({ id: "b", site: "s" });
  }
});

test("whatever else is taken or refused, it is as the plain codec does, and nothing but RangeError is thrown", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 30 }),
    fc.tuple(record, fc.nat(), fc.nat(255)).map(([some, at, value]) => {
      const whole = toBinary(ResourceRecordSchema, resourceRecordToProto(some));
      if (whole.length > 0) whole[at % whole.length] = value;
      return whole;
    }),
  );
  fc.assert(
    fc.property(bytes, (some) => {
      let read: ReturnType<typeof unpackResourceRecord>;
      try {
        read = unpackResourceRecord(some);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        return;
      }
      const plain = resourceRecordFromProto(fromBinary(ResourceRecordSchema, some));
      expect(fieldsOf(read.resource)).toEqual(fieldsOf(plain.resource));
    }),
    { numRuns: 500 },
  );
});
