import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { MetricGroup, PackedResult, Resource, WorkItem } from "@ocelli/model";
import { PollRequestSchema, WriteRequestSchema } from "@ocelli/proto/plugin";
import { ResultSchema } from "@ocelli/proto/task";
import { describe, expect, test } from "vitest";
import { resultCodec } from "../codecs.js";
import { enrichmentSetToProto, resourceToProto } from "../resource.js";
import { resultToProto } from "../result.js";
import { encodeResource } from "../task-wire.js";
import { packGroups } from "./packed-groups.js";
import { encodePollResult } from "./poll-result.js";
import { encodeWriteRequest } from "./sink-request.js";
import { encodeWorkRequest } from "./work-items.js";

const resource: Resource = {
  id: "sw1/ü",
  site: "here",
  class: "network",
  subclass: "",
  type: "cisco-ios",
  endpoint: "10.0.0.1",
  metadata: { model: "C9300" },
  parents: ["dc"],
  ttlS: 60,
};

const group = (name: string, atMs = 5): MetricGroup => ({
  name,
  dimensions: [{ name: "no", value: "1" }],
  metrics: [
    { name: "up", type: "gauge", value: 0 },
    { name: "octets", type: "counter", value: 2n ** 60n },
  ],
  atMs,
});

const polled: PackedResult = {
  plugin: "p",
  resourceBytes: encodeResource(resource),
  fence: 2 ** 40,
  firstPart: 0,
  agentId: "agent",
  slotAtMs: 1_700_000_000_000,
  startedAtMs: 1_700_000_000_001,
  finishedAtMs: 1_700_000_000_002,
  frequencyMs: 60_000,
  pluginRevision: "r1",
  status: "success",
  fault: undefined,
  groups: [packGroups([group("a")], 0), packGroups([group("b"), group("c", 0)], 77)],
  onDemand: true,
};

const fault = { message: "no", origin: "target", retry: "next_slot", scope: "item", status: "timeout" } as const;
const statusOf = (value: number, atMs: number): MetricGroup => ({
  name: "status",
  dimensions: [],
  metrics: [{ name: "status", type: "gauge", value }],
  atMs,
});

describe("the result of a poll", () => {
  test("is the very bytes that encoding it as a whole gives, with its status as a metric", () => {
    const { firstPart, resourceBytes, groups, ...rest } = polled;
    const whole = resultToProto({
      ...rest,
      kind: "polling",
      resource,
      part: firstPart,
      last: true,
      groups: [group("a"), group("b"), group("c", 77), statusOf(0, 99)],
      sets: [],
      discovery: undefined,
    });
    expect(groups).toHaveLength(2);
    expect(resourceBytes.length).toBeGreaterThan(0);
    const [bytes, ...more] = encodePollResult(polled, 99);
    expect(more).toEqual([]);
    expect(Buffer.from(bytes ?? [])).toEqual(Buffer.from(toBinary(ResultSchema, whole)));
  });

  test("of a device that does not answer is a value and not a gap", () => {
    const [bytes] = encodePollResult({ ...polled, groups: [], status: "timeout", fault, firstPart: 2 }, 99);
    expect(resultCodec.decode(bytes ?? new Uint8Array())).toMatchObject({
      status: "timeout",
      fault,
      part: 2,
      last: true,
      groups: [statusOf(3, 99)],
    });
  });

  test("keeps the module's own status where it has one", () => {
    const [bytes] = encodePollResult({ ...polled, groups: [packGroups([group("status"), group("x")], 0)] }, 99);
    expect(resultCodec.decode(bytes ?? new Uint8Array()).groups).toEqual([group("status"), group("x")]);
  });

  test("travels in parts below the broker's limit where it is large, no group twice and none lost", {
    timeout: 60_000,
  }, () => {
    const long = [{ name: "x", value: "y".repeat(2_000) }];
    const many = Array.from({ length: 600 }, (_, i) => ({ ...group(`g${i}`), dimensions: long }));
    const huge = { ...group("huge"), dimensions: [{ name: "x", value: "y".repeat(600_000) }] };
    const packed = [packGroups(many.slice(0, 300), 0), packGroups([huge, ...many.slice(300)], 0)];
    const encoded = encodePollResult({ ...polled, groups: packed, firstPart: 1 }, 99);
    const parts = encoded.map((bytes) => resultCodec.decode(bytes));
    expect(encoded.filter(({ length }) => length > 512 * 1024 + 1_000)).toHaveLength(1);
    expect(parts.map(({ part }) => part)).toEqual(parts.map((_, i) => i + 1));
    expect(parts.filter(({ last }) => last)).toEqual([parts.at(-1)]);
    const names = parts.flatMap(({ groups }) => groups.map(({ name }) => name));
    expect(names).toEqual([...many.slice(0, 300), huge, ...many.slice(300), { name: "status" }].map((g) => g.name));
  });
});

test("a request carries its items as encoding them does, raw resources too, less the time that went by", () => {
  const run = {
    ...{ plugin: "p", revision: "r1", fence: 7, leaseMs: 15_000, deadlineMs: 10_000, slotAtMs: 1_700_000_000_000 },
    ...{ frequencyMs: 60_000, state: new Uint8Array([1, 2]), traceparent: "00-ab-cd-01" },
  };
  const set = { namespace: "n", schema: "1", ttlS: 9, dataJson: new Uint8Array([0x7b, 0x7d]), resourceId: "" };
  const decoded: WorkItem = { run, resource, enrichments: [set] };
  const raw: WorkItem = {
    run: { ...run, deadlineMs: 3 },
    resource,
    resourceBytes: encodeResource(resource),
    enrichments: [],
  };
  const wire = (leaseMs: number, deadlineMs: number) => {
    return { ...run, fence: 7n, slotAtMs: BigInt(run.slotAtMs), leaseMs, deadlineMs };
  };
  const whole = create(PollRequestSchema, {
    items: [
      {
        item: 1,
        run: wire(14_995, 9_995),
        resource: resourceToProto(resource),
        enrichments: [enrichmentSetToProto(set)],
      },
      { item: 3, run: wire(14_995, 1), resource: resourceToProto(resource) },
    ],
  });
  const bytes = encodeWorkRequest([decoded, decoded, raw], [0, 2], 5);
  expect(fromBinary(PollRequestSchema, bytes)).toEqual(whole);
});

test("a batch for a sink carries each result with its place, as it came", () => {
  const [resultBytes = new Uint8Array()] = encodePollResult(polled, 99);
  const bytes = encodeWriteRequest({ plugin: "s", revision: "r2" }, 3, [
    { mesh: "m", position: 5, resultBytes },
    { mesh: "m", position: 2 ** 41, resultBytes },
  ]);
  const result = fromBinary(ResultSchema, resultBytes);
  expect(fromBinary(WriteRequestSchema, bytes)).toEqual(
    create(WriteRequestSchema, {
      ...{ plugin: "s", revision: "r2", batch: 3n },
      records: [5n, 2n ** 41n].map((position) => ({ mesh: "m", position, result })),
    }),
  );
});
