import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { PollAnswerSchema, PollRequestSchema, WriteRequestSchema } from "@ocelli/proto/plugin";
import { expect, test } from "vitest";
import { encodedGroups } from "./payload.js";
import { leadingNumber, scanMessage, varintBytes } from "./wire-scan.js";

test("items are found with their numbers, however long the number", () => {
  const items = [1, 127, 128, 70_000].map((item) => ({ item, resource: { id: `device-${item}` } }));
  const bytes = toBinary(PollRequestSchema, create(PollRequestSchema, { items }));
  const numbers: number[] = [];
  scanMessage(bytes, { field: (no, start) => void (no === 1 && numbers.push(leadingNumber(bytes, start))) });
  expect(numbers).toEqual([1, 127, 128, 70_000]);
});

test("a batch and the count of its records are found without decoding them", () => {
  const records = [
    { mesh: "m", position: 1n },
    { mesh: "m", position: 2n },
  ];
  const bytes = toBinary(WriteRequestSchema, create(WriteRequestSchema, { plugin: "p", batch: 300n, records }));
  const seen = { batch: 0, records: 0 };
  scanMessage(bytes, {
    field(no) {
      if (no === 4) seen.records += 1;
    },
    number(no, value) {
      if (no === 3) seen.batch = value;
    },
  });
  expect(seen).toEqual({ batch: 300, records: 2 });
});

test("an answer put together from bytes is a valid answer of about 2 KB", () => {
  const answer = fromBinary(
    PollAnswerSchema,
    Buffer.concat([Uint8Array.from([0x08, ...varintBytes(300)]), encodedGroups]),
  );
  expect(answer.item).toBe(300);
  expect(answer.groups.flatMap(({ metrics }) => metrics)).toHaveLength(55);
  expect(encodedGroups.length).toBeGreaterThan(1_900);
  expect(encodedGroups.length).toBeLessThan(2_300);
});
