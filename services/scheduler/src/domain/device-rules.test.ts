import { describe, expect, test } from "vitest";
import { aResource } from "../testing/builders.js";
import { DeviceRules } from "./device-rules.js";

const endpoint = "10.0.0.1";
const defaults = { maxInFlight: 4, minGapMs: 0 };
const at = (id: string, metadata: Record<string, string>) => aResource(id, { endpoint, metadata });

describe("what a device stands", () => {
  test.for([
    { why: "is the mesh's default where nobody says anything", say: [{}], want: { maxInFlight: 4, minGapMs: 0 } },
    {
      why: "is what its resource says, be it more or less",
      say: [{ device_max_in_flight: "9", device_min_gap_ms: "250" }],
      want: { maxInFlight: 9, minGapMs: 250 },
    },
    {
      why: "is the strictest of what its resources say",
      say: [
        { device_max_in_flight: "2", device_min_gap_ms: "10" },
        { device_max_in_flight: "3", device_min_gap_ms: "40" },
        {},
      ],
      want: { maxInFlight: 2, minGapMs: 40 },
    },
    {
      why: "takes spaces around a number",
      say: [{ device_max_in_flight: " 1 " }],
      want: { maxInFlight: 1, minGapMs: 0 },
    },
    { why: "ignores what is no number", say: [{ device_max_in_flight: "one" }], want: { maxInFlight: 4, minGapMs: 0 } },
    { why: "ignores a budget of none", say: [{ device_max_in_flight: "0" }], want: { maxInFlight: 4, minGapMs: 0 } },
    {
      why: "ignores what is too large",
      say: [{ device_min_gap_ms: "99999999" }],
      want: { maxInFlight: 4, minGapMs: 0 },
    },
  ])("$why", ({ say, want }) => {
    const rules = new DeviceRules(defaults);
    for (const [i, metadata] of say.entries()) rules.resourceMoved(undefined, at(`r${i}`, metadata));
    expect(rules.limitsOf(endpoint)).toEqual(want);
    expect(rules.limitsOf("10.0.0.2")).toEqual(defaults);
  });

  test("follows what changes, moves and goes", () => {
    const rules = new DeviceRules(defaults);
    const one = at("r", { device_max_in_flight: "1" });
    rules.resourceMoved(undefined, one);
    const two = at("r", { device_max_in_flight: "2" });
    rules.resourceMoved(one, two);
    expect(rules.limitsOf(endpoint).maxInFlight).toBe(2);
    const moved = { ...two, endpoint: "elsewhere" };
    rules.resourceMoved(two, moved);
    expect(rules.limitsOf(endpoint)).toEqual(defaults);
    expect(rules.limitsOf("elsewhere").maxInFlight).toBe(2);
    rules.resourceMoved(moved, undefined);
    expect(rules.limitsOf("elsewhere")).toEqual(defaults);
  });
});

describe("a value that is ignored", () => {
  test("is told once, with resource and value", () => {
    const rules = new DeviceRules(defaults);
    rules.resourceMoved(undefined, at("rack 1", { device_max_in_flight: "lots" }));
    expect(rules.takeProblems(() => true).map(({ message }) => message)).toEqual([
      'device_max_in_flight of rack 1 is "lots", not a whole number from 1 to 10000; it is ignored',
    ]);
    expect(rules.takeProblems(() => true)).toEqual([]);
  });

  test("is not told any more once it was put right", () => {
    const rules = new DeviceRules(defaults);
    const wrong = at("r", { device_min_gap_ms: "-1" });
    rules.resourceMoved(undefined, wrong);
    expect(rules.takeProblems(() => false)).toEqual([]);
    rules.resourceMoved(wrong, at("r", { device_min_gap_ms: "1" }));
    expect(rules.takeProblems(() => true)).toEqual([]);
  });
});
