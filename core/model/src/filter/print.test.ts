import fc from "fast-check";
import { expect, test } from "vitest";
import { explain } from "./explain.js";
import { matches } from "./match.js";
import { parseFilter } from "./parse.js";
import { printFilter } from "./print.js";
import {
  type Filter,
  type FilterClause,
  type FilterField,
  type FilterNode,
  type FilterSubject,
  filterFields,
  filterOperators,
} from "./syntax.js";

const anyChar = fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point));
const value = fc.oneof(
  fc.string({ unit: fc.constantFrom("a", "B", '"', "\\", "%", "_", " "), maxLength: 3 }),
  fc.string(),
);
const key = fc.oneof(fc.constantFrom("a", "B", "rack row", "constructor"), fc.string({ unit: anyChar, minLength: 1 }));
const field: fc.Arbitrary<FilterField> = fc.oneof(
  fc.constantFrom(...Object.values(filterFields)).map((name) => ({ kind: "plain", name }) as const),
  key.map((name) => ({ kind: "metadata", key: name }) as const),
);
const clause: fc.Arbitrary<FilterNode> = fc
  .record({
    field,
    operator: fc.constantFrom(...filterOperators),
    values: fc.array(value, { minLength: 1, maxLength: 3 }),
  })
  .map(({ field, operator, values }) => ({
    kind: "clause",
    field,
    operator,
    values: operator.endsWith("IN") ? values : values.slice(0, 1),
    text: "",
  }));
const { node } = fc.letrec<{ node: FilterNode }>((tie) => ({
  node: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    clause,
    tie("node").map((item) => ({ kind: "not", item }) as const),
    fc.record({
      kind: fc.constantFrom("and" as const, "or" as const),
      items: fc.array(tie("node"), { minLength: 2, maxLength: 3 }),
    }),
  ),
}));
const subject: fc.Arbitrary<FilterSubject> = fc.record({
  site: value,
  class: value,
  subclass: value,
  type: value,
  id: value,
  endpoint: value,
  metadata: fc.dictionary(key, value),
});

/** The structure of a filter, without the text it was written in. */
function shape(node: FilterNode | undefined): unknown {
  if (!node) return undefined;
  if (node.kind === "clause") return { ...node, text: "" };
  return node.kind === "not" ? ["not", shape(node.item)] : [node.kind, ...node.items.map(shape)];
}

function reparsed(filter: Filter): Filter {
  const parsed = parseFilter(printFilter(filter));
  if (parsed.kind === "bad") throw new Error(JSON.stringify(parsed.problems));
  return parsed.filter;
}

/** What the language means, without any cleverness. */
function means(node: FilterNode, of: FilterSubject): boolean {
  if (node.kind === "not") return !means(node.item, of);
  if (node.kind === "clause") return clauseMeans(node, of);
  const items = node.items.map((item) => means(item, of));
  return node.kind === "and" ? !items.includes(false) : items.includes(true);
}

function clauseMeans({ field, operator, values }: FilterClause, of: FilterSubject): boolean {
  const own = field.kind === "plain" ? of[field.name] : new Map(Object.entries(of.metadata)).get(field.key);
  const seen = own ?? "";
  const fold = (text: string): string => text.replace(/[A-Z]/g, (c) => c.toLowerCase());
  const source = [...fold(values[0] ?? "")].map((c) =>
    c === "%" ? ".*" : c === "_" ? "." : `\\u{${c.codePointAt(0)?.toString(16)}}`,
  );
  const like = new RegExp(`^${source.join("")}$`, "su").test(fold(seen));
  if (operator === "LIKE" || operator === "NOT LIKE") return like === (operator === "LIKE");
  return values.includes(seen) === (operator === "=" || operator === "IN");
}

test("a printed filter parses back to the same filter", () => {
  fc.assert(
    fc.property(node, (root) => {
      expect(shape(reparsed({ text: "", root }).root)).toEqual(shape(root));
    }),
  );
});

test("a filter matches what its words mean, and its explanation agrees", () => {
  fc.assert(
    fc.property(node, subject, (root, of) => {
      const filter = reparsed({ text: "", root });
      expect(matches(filter, of)).toBe(means(root, of));
      expect(explain(filter, of).matches).toBe(means(root, of));
    }),
    { numRuns: 500 },
  );
});

test.for([
  { why: "an empty filter prints empty", text: "  ", want: "" },
  {
    why: "names and keywords become canonical",
    text: 'RESOURCE_class eq "a"  and not Resource_Metadata.Os like "B%"',
    want: 'resource_class = "a" AND NOT resource_metadata.Os LIKE "B%"',
  },
  {
    why: "parentheses stay only where they matter",
    text: '((resource_id = "a" AND (resource_id != "b")) OR (resource_id IN ("c","d"))) AND NOT (resource_id = "e")',
    want: '(resource_id = "a" AND resource_id != "b" OR resource_id IN ("c", "d")) AND NOT resource_id = "e"',
  },
])("$why", ({ text, want }) => {
  const parsed = parseFilter(text);
  expect(parsed.kind === "ok" && printFilter(parsed.filter)).toBe(want);
});
