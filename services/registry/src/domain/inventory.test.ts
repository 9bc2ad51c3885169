import type { Resource, ResourceRecord } from "@ocelli/model";
import { describe, expect, test } from "vitest";
import { anAnswer, aRecord, aResource } from "../testing/builders.js";
import type { DiscoveryAnswer } from "./discovery-parts.js";
import { applyDiscovery, type InventoryView, putByHand } from "./inventory.js";

const rules = { removal: { percent: 30, floor: 5 }, defaultTtlS: 1000 };
const summary = (resources: number, scopes: string[] = [], complete = true) => ({ complete, resources, scopes });
const many = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `d${from + i}`);

function apply(
  answer: DiscoveryAnswer,
  records: readonly ResourceRecord[],
  nowMs = 10_000,
  sources = ["finder", "other"],
) {
  const byId = new Map(records.map((record) => [record.resource.id, record]));
  const view: InventoryView = {
    get: (id) => byId.get(id),
    of: (source) => records.filter((record) => record.source === source),
    isSource: (plugin) => sources.includes(plugin),
  };
  const plan = applyDiscovery(answer, view, rules, nowMs);
  for (const change of plan.changes) {
    if (change.kind === "put") byId.set(change.record.resource.id, change.record);
    else byId.delete(change.id);
  }
  const again = applyDiscovery(
    answer,
    { ...view, of: (source) => [...byId.values()].filter((r) => r.source === source) },
    rules,
    nowMs,
  );
  return {
    plan,
    after: byId,
    puts: plan.changes.flatMap((change) => (change.kind === "put" ? [change.record] : [])),
    removed: plan.changes.flatMap((change) => (change.kind === "remove" ? [change.id] : [])),
    events: plan.changes.flatMap((change) => (change.event ? [change.event.type] : [])),
    refused: plan.refused.map((event) => event.message),
    again: again.changes,
  };
}

describe("what is named", () => {
  test("a new resource is there from now until its ttl, and applying it twice is applying it once", () => {
    const { after, events, again } = apply(anAnswer([aResource("a"), aResource("b", { ttlS: 0 })]), []);
    expect(after.get("a")).toEqual(
      aRecord("a", { firstSeenAtMs: 10_000, seenAtMs: 10_000, endpointSinceAtMs: 10_000, expiresAtMs: 110_000 }),
    );
    expect(after.get("b")?.expiresAtMs).toBe(10_000 + 1000 * 1000);
    expect(events).toEqual(["resource.added", "resource.added"]);
    expect(again).toEqual([]);
  });

  test.for([
    { why: "young: nothing is written", seenAtMs: 0, nowMs: 49_999, written: false },
    { why: "half of its ttl has passed", seenAtMs: 0, nowMs: 50_000, written: true },
    {
      why: "a slow source: it would not live through two more runs",
      seenAtMs: 0,
      nowMs: 30_000,
      frequencyMs: 40_000,
      written: true,
    },
  ])(
    "an unchanged resource is refreshed only if needed: $why",
    ({ seenAtMs, nowMs, written, frequencyMs = 10_000 }) => {
      const { puts, events } = apply(anAnswer([aResource("a")], { frequencyMs }), [aRecord("a", { seenAtMs })], nowMs);
      expect(puts.map((put) => put.expiresAtMs)).toEqual(written ? [nowMs + 100_000] : []);
      expect(events).toEqual([]);
    },
  );

  test("a source whose ttl is twice its interval never loses a resource between two runs", () => {
    let record = aRecord("a", { seenAtMs: 0, expiresAtMs: 100_000 });
    for (let nowMs = 49_990; nowMs < 1_000_000; nowMs += 49_990) {
      expect(nowMs).toBeLessThan(record.expiresAtMs);
      const [put] = apply(anAnswer([aResource("a")], { frequencyMs: 50_000 }), [record], nowMs).puts;
      record = put ?? record;
    }
  });

  test("an answer that waited confirms what was there when it was given", () => {
    const { after } = apply(anAnswer([aResource("a")], { finishedAtMs: 4_000 }), [], 90_000);
    expect(after.get("a")).toMatchObject({ seenAtMs: 4_000, expiresAtMs: 104_000 });
  });

  test("a moved endpoint starts a new time of the endpoint, any other change does not", () => {
    const before = [aRecord("a", { endpointSinceAtMs: 77 }), aRecord("b", { endpointSinceAtMs: 77 })];
    const answer = anAnswer([aResource("a", { endpoint: "10.9.9.9" }), aResource("b", { metadata: { rack: "7" } })]);
    const { after, plan, events } = apply(answer, before);
    expect(after.get("a")).toMatchObject({ endpointSinceAtMs: 10_000, firstSeenAtMs: 0 });
    expect(after.get("b")).toMatchObject({ endpointSinceAtMs: 77, expiresAtMs: 110_000 });
    expect(events).toEqual(["resource.changed", "resource.changed"]);
    expect(plan.changes.map((change) => change.event?.message)).toEqual([
      "changed: endpoint",
      "changed: metadata.rack",
    ]);
  });
});

describe("what belongs to somebody else", () => {
  test.for([
    { why: "another live source keeps what it found first", record: { source: "other" }, taken: false },
    { why: "what was put by hand is never touched", record: { source: "", expiresAtMs: 0 }, taken: false },
    { why: "a source that exists no more loses it", record: { source: "gone" }, taken: true },
    {
      why: "a source that has not named it for its ttl loses it",
      record: { source: "other", expiresAtMs: 9_999 },
      taken: true,
    },
  ])("$why", ({ record, taken }) => {
    const { puts, refused } = apply(anAnswer([aResource("a", { site: "x" })]), [aRecord("a", record)]);
    expect(puts.map((put) => put.source)).toEqual(taken ? ["finder"] : []);
    expect(refused).toHaveLength(taken ? 0 : 1);
  });

  test("a refused owner does not make the answer incomplete", () => {
    const before = [aRecord("a", { source: "other" }), aRecord("b"), aRecord("c")];
    expect(apply(anAnswer([aResource("a"), aResource("b")]), before).removed).toEqual(["c"]);
  });
});

describe("what is not named any more", () => {
  const three = [aRecord("a"), aRecord("b"), aRecord("c")];
  const east = (id: string): Resource => aResource(id, { site: "east" });
  const bySite = [
    aRecord("a", { resource: east("a") }),
    aRecord("b", { resource: east("b") }),
    aRecord("c", { resource: aResource("c", { site: "west" }) }),
  ];

  test.for([
    {
      why: "a complete answer removes it",
      answer: anAnswer([aResource("a"), aResource("b")]),
      records: three,
      removed: ["c"],
    },
    {
      why: "only what is its own",
      answer: anAnswer([aResource("a")]),
      records: [aRecord("a"), aRecord("x", { source: "other" })],
      removed: [],
    },
    {
      why: "only within the sites it covered",
      answer: anAnswer([east("a")], { summary: summary(1, ["east"]) }),
      records: bySite,
      removed: ["b"],
    },
    { why: "everywhere, where it names no sites", answer: anAnswer([east("a")]), records: bySite, removed: ["b", "c"] },
    {
      why: "not by an answer that says it is incomplete",
      answer: anAnswer([aResource("a")], { summary: summary(1, [], false) }),
      records: three,
      removed: [],
    },
    {
      why: "not by an answer without a summary",
      answer: anAnswer([aResource("a")], { summary: undefined }),
      records: three,
      removed: [],
    },
    {
      why: "not by an answer whose parts did not all arrive",
      answer: anAnswer([aResource("a")], { whole: false }),
      records: three,
      removed: [],
    },
    {
      why: "not where the count does not match",
      answer: anAnswer([aResource("a")], { summary: summary(2) }),
      records: three,
      removed: [],
    },
    {
      why: "not by a failed run",
      answer: anAnswer([aResource("a")], { failure: "connection refused" }),
      records: three,
      removed: [],
    },
    { why: "not by an empty answer, however complete", answer: anAnswer([]), records: three, removed: [] },
    {
      why: "not by an answer with an invalid resource",
      answer: anAnswer([aResource("a"), aResource("")]),
      records: three,
      removed: [],
    },
  ])("$why", ({ answer, records, removed }) => {
    expect(apply(answer, records).removed).toEqual(removed);
  });

  test("an answer that removes nothing for a reason says the reason", () => {
    expect(apply(anAnswer([]), three).plan.notice).toMatchObject({ type: "discovery.incomplete", plugin: "finder" });
    expect(apply(anAnswer([]), []).plan.notice, "an empty world is no reason").toBeUndefined();
  });

  test("an invalid resource is refused alone, the others are applied", () => {
    const { after, refused } = apply(anAnswer([aResource("a"), aResource("")]), []);
    expect([...after.keys()]).toEqual(["a"]);
    expect(refused).toEqual([expect.stringContaining("id is empty")]);
  });

  test("a resource that is too big for the broker is refused, and one that just fits is not", () => {
    const big = aResource("big", { metadata: { text: "ö".repeat(131_073) } });
    const fits = aResource("fits", { metadata: { text: "ö".repeat(131_000) } });
    const { after, refused } = apply(anAnswer([big, fits]), []);
    expect([...after.keys()]).toEqual(["fits"]);
    expect(refused).toEqual([expect.stringContaining("at most 262144 are kept")]);
  });

  test("one id twice in an answer: the first holds", () => {
    const { after, refused } = apply(anAnswer([aResource("a"), aResource("a", { site: "x" })]), []);
    expect(after.get("a")?.resource.site).toBe("");
    expect(refused).toHaveLength(1);
  });
});

describe("a mass removal", () => {
  const hundred = many(100).map((id) => aRecord(id));
  const answerOf = (count: number) => anAnswer(many(count).map((id) => aResource(id)));

  test("above the share everything missing is held, and nothing is removed", () => {
    const { removed, after, plan, again } = apply(answerOf(60), hundred);
    expect(removed).toEqual([]);
    expect([...after.values()].filter((record) => record.heldForRemoval)).toHaveLength(40);
    expect(plan.notice).toMatchObject({ type: "discovery.held", attributes: { resources: "40" } });
    expect(again, "the second answer of the same kind writes nothing").toEqual([]);
  });

  test("within the share it happens", () => {
    expect(apply(answerOf(70), hundred).removed).toHaveLength(30);
  });

  test("a handful may always go, whatever the share", () => {
    const six = many(6).map((id) => aRecord(id));
    expect(apply(answerOf(1), six).removed).toHaveLength(5);
    expect(apply(anAnswer([aResource("other")]), six).removed).toHaveLength(0);
  });

  test("what reappears loses its mark, and what stays away goes once it is within the share", () => {
    const held = apply(answerOf(60), hundred).after;
    const { removed, after } = apply(answerOf(90), [...held.values()]);
    expect(removed).toEqual(many(10, 90));
    expect([...after.values()].some((record) => record.heldForRemoval)).toBe(false);
  });

  test("an incomplete answer clears the marks of what it names and removes nothing", () => {
    const held = apply(answerOf(60), hundred).after;
    const { after, removed } = apply({ ...answerOf(80), failure: "cut" }, [...held.values()]);
    expect(removed).toEqual([]);
    expect([...after.values()].filter((record) => record.heldForRemoval)).toHaveLength(20);
  });
});

test("what is put by hand without a ttl stays until it is deleted", () => {
  expect(putByHand(aResource("a", { ttlS: 0 }), undefined, 5)).toMatchObject({
    source: "",
    expiresAtMs: 0,
    seenAtMs: 5,
  });
  expect(putByHand(aResource("a", { ttlS: 2 }), aRecord("a"), 5)).toMatchObject({
    expiresAtMs: 2_005,
    firstSeenAtMs: 0,
  });
});
