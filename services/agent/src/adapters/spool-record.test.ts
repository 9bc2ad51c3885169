import { expect, test } from "vitest";
import { waitingRun } from "../testing/waiting-run.js";
import { decodeRecord, encodeDone, encodeRun } from "./spool-record.js";

test("a run comes back as it was, with results in several parts and empty ones", () => {
  const run = waitingRun(5, { parts: [Buffer.from("a"), Buffer.alloc(0), Buffer.from("c")], partition: 7 });
  const record = decodeRecord(encodeRun("mesh", run));
  if (record.kind !== "run") throw new Error(record.kind);
  expect(record.mesh).toBe("mesh");
  expect(record.run.parts.map((part) => Buffer.from(part).toString())).toEqual(["a", "", "c"]);
  const { register } = record.run;
  expect([...register.state]).toEqual([...run.register.state]);
  const plain = { ...register, state: run.register.state };
  expect({ ...record.run, parts: [], register: plain }).toEqual({ ...run, parts: [] });
});

test("a mark comes back as it was", () => {
  const place = { segment: 3, at: 0 };
  expect(decodeRecord(encodeDone(place))).toEqual({ kind: "done", place });
});

test.for([
  { why: "nothing at all", bytes: Buffer.alloc(0) },
  { why: "another format", bytes: Buffer.from("{}") },
  { why: "a record that lacks its key", bytes: encodeRun("mesh", waitingRun(1, { key: "" })) },
])("$why is no record", ({ bytes }) => expect(() => decodeRecord(bytes)).toThrow(RangeError));
