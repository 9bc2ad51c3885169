import { expect, test } from "vitest";
import { resultOf } from "../testing/builders.js";
import { PartJoiner } from "./join-parts.js";

const group = (name: string) => ({ name, dimensions: [], metrics: [], atMs: 0 });

test("a result in parts comes once and whole, though others come in between", () => {
  const joiner = new PartJoiner();
  const other = resultOf({ plugin: "host" });
  expect(joiner.take(resultOf({ fence: 7, part: 0, last: false, groups: [group("a")] }))).toBeUndefined();
  expect(joiner.take(other)).toBe(other);
  expect(joiner.take(resultOf({ fence: 7, part: 1, last: false, groups: [group("b")] }))).toBeUndefined();
  const whole = joiner.take(resultOf({ fence: 7, part: 2, groups: [group("c")] }));
  expect(whole?.groups.map(({ name }) => name)).toEqual(["a", "b", "c"]);
});

test("parts of another run of the pair are not mixed in", () => {
  const joiner = new PartJoiner();
  joiner.take(resultOf({ fence: 7, last: false, groups: [group("old")] }));
  expect(joiner.take(resultOf({ fence: 8, groups: [group("new")] }))?.groups).toEqual([group("new")]);
});

test("a discovery in parts has the resources of all and the summary of the last", () => {
  const joiner = new PartJoiner();
  const { resource } = resultOf();
  const resources = resource ? [resource] : [];
  const summary = { complete: true, resources: 2, scopes: [] };
  const discovery = { kind: "discovery", resource: undefined } as const;
  joiner.take(resultOf({ ...discovery, last: false, discovery: { resources, summary: undefined } }));
  const whole = joiner.take(resultOf({ ...discovery, part: 1, discovery: { resources, summary } }));
  expect(whole?.discovery).toEqual({ resources: [resource, resource], summary });
});

test("runs whose end never comes do not pile up", () => {
  const joiner = new PartJoiner();
  for (let fence = 0; fence < 1_001; fence += 1) joiner.take(resultOf({ fence, last: false, groups: [group("a")] }));
  expect(joiner.take(resultOf({ fence: 0, part: 1 }))?.groups).toEqual([]);
  expect(joiner.take(resultOf({ fence: 1_000, part: 1 }))?.groups).toEqual([group("a")]);
});
