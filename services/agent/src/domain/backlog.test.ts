import { describe, expect, test } from "vitest";
import { task } from "../testing/fakes.js";
import { backlogStart } from "./backlog.js";

const one = task({ slotAtMs: 100_000, notBeforeAtMs: 100_000, frequencyMs: 60_000 });
const queued = (queuedAtMs = 100_000, deliveries = 1) => ({ queuedAtMs, deliveries });

describe("a task that lay there when its agent began to take any", () => {
  test.for([
    { why: "waits as long again as it has waited", since: 102_000, want: 104_000 },
    { why: "still runs where it waited a tenth of its interval", since: 106_000, want: 112_000 },
    { why: "is left to the next slot where it waited longer", since: 106_001, want: "too_late" },
  ] as const)("$why", ({ since, want }) => expect(backlogStart(one, queued(), since, since + 50)).toBe(want));

  test("does not wait anew when it was put back meanwhile", () => {
    expect(backlogStart(one, queued(100_000, 2), 102_000, 104_500)).toBe(104_000);
    expect(backlogStart(one, queued(100_000, 2), 106_000, 130_000)).toBe(112_000);
  });
});

describe("a task that came later", () => {
  test.for([
    { why: "waits as long again while the agent settles", nowMs: 100_300, want: 100_600 },
    { why: "runs late rather than not at all", nowMs: 107_000, want: 0 },
    { why: "runs at once when the agent has settled", nowMs: 109_500, want: 0 },
  ])("$why", ({ nowMs, want }) => expect(backlogStart(one, queued(), 99_000, nowMs)).toBe(want));

  test("does not wait while nobody knows the broker's clock", () => {
    expect(backlogStart(one, queued(), Number.NaN, 100_300)).toBe(0);
  });
});

test("a task that a broker which stood still took late is left to the next slot, whenever that was", () => {
  expect(backlogStart(one, queued(106_000), 0, 106_010)).toBe(0);
  expect(backlogStart(one, queued(106_001), 0, 106_010)).toBe("too_late");
  expect(backlogStart({ ...one, frequencyMs: 2_000 }, queued(101_000), 0, 101_010)).toBe(0);
});

test("a task that another agent died with comes late, and is left to the next slot where it is too late", () => {
  expect(backlogStart(one, queued(100_000, 2), 0, 105_000)).toBe(0);
  expect(backlogStart(one, queued(100_000, 2), 0, 106_001)).toBe("too_late");
  expect(backlogStart({ ...one, frequencyMs: 8_000 }, queued(100_000, 2), 0, 105_000)).toBe("too_late");
});

test("what somebody asked for now, and a discovery, wait for nothing and are never dropped", () => {
  expect(backlogStart({ ...one, onDemand: true }, queued(), 150_000, 150_050)).toBe(0);
  expect(backlogStart({ ...one, kind: "discovery" }, queued(), 150_000, 150_050)).toBe(0);
});

test("a backlog comes in no more densely than its slots did, the newest first", () => {
  const everyMs = 10;
  const slots = Array.from({ length: 200 }, (_, i) => 100_000 + i * everyMs);
  const starts = slots.map((slotAtMs) =>
    Number(backlogStart({ ...one, slotAtMs, notBeforeAtMs: slotAtMs }, queued(slotAtMs), 102_000, 102_010)),
  );
  const gaps = starts.slice(1).map((atMs, i) => (starts[i] ?? 0) - atMs);
  expect(new Set(gaps)).toEqual(new Set([everyMs]));
});
