import fc from "fast-check";
import { expect, test } from "vitest";
import { type Origin, originKey, planNames } from "./name-plan.js";

const names = (origins: Origin[], reserved: string[] = []): string[] => {
  const plan = planNames(origins, "ocelli_", reserved);
  return origins.map((origin) => plan.get(originKey(origin)) ?? "none");
};

test.for([
  {
    why: "a counter's own _total is not doubled",
    origins: [{ group: "if", metric: "octets_total", type: "counter" }],
    want: ["ocelli_if_octets"],
  },
  {
    why: "a gauge and a counter of one name are parted, the counter keeps it",
    origins: [
      { group: "if", metric: "x", type: "gauge" },
      { group: "if", metric: "x", type: "counter" },
    ],
    want: ["ocelli_if_x_gauge", "ocelli_if_x"],
  },
  {
    why: "a gauge may end in _total as long as no counter's samples do",
    origins: [{ group: "memory", metric: "memory_total", type: "gauge" }],
    want: ["ocelli_memory_memory_total"],
  },
  {
    why: "a gauge called like a counter's samples gives way",
    origins: [
      { group: "memory", metric: "used_total", type: "gauge" },
      { group: "memory", metric: "used", type: "counter" },
    ],
    want: ["ocelli_memory_used_total_gauge", "ocelli_memory_used"],
  },
  {
    why: "names that only look alike once written are numbered",
    origins: [
      { group: "a_b", metric: "c", type: "gauge" },
      { group: "a", metric: "b_c", type: "gauge" },
      { group: "a b", metric: "c", type: "gauge" },
    ],
    want: ["ocelli_a_b_c_gauge_2", "ocelli_a_b_c", "ocelli_a_b_c_gauge"],
  },
  {
    why: "characters that Prometheus does not know become underscores",
    origins: [{ group: "störung/1", metric: "x", type: "gauge" }],
    want: ["ocelli_st_rung_1_x"],
  },
] as const)("$why", ({ origins, want }) => {
  expect(names([...origins])).toEqual(want);
  expect(names([...origins].reverse())).toEqual([...want].reverse());
});

test("a metric called like one of our own gives way", () => {
  expect(names([{ group: "poll", metric: "up", type: "gauge" }], ["ocelli_poll_up"])).toEqual(["ocelli_poll_up_gauge"]);
});

test("no two families share a family or sample name, whatever the names are", () => {
  const word = fc.constantFrom("a", "b", "a_b", "total", "created", "gauge", "2", "a_total", "a_created", "");
  const origin = fc.record({ group: word, metric: word, type: fc.constantFrom("gauge", "counter") });
  fc.assert(
    fc.property(fc.array(origin as fc.Arbitrary<Origin>, { maxLength: 12 }), (origins) => {
      const unique = [...new Map(origins.map((one) => [originKey(one), one])).values()];
      const plan = planNames(unique, "", []);
      const used = unique.flatMap((one) => {
        const name = plan.get(originKey(one)) ?? "none";
        return one.type === "counter" ? [name, `${name}_total`] : [name];
      });
      expect(new Set(used).size).toBe(used.length);
    }),
  );
});
