import { expect, test } from "vitest";
import { allCases, startCase } from "./cases/index.js";
import { selectCases } from "./select-cases.js";

const ids = (only: string[], skip: string[] = []) => selectCases(allCases, only, skip, startCase).map(({ id }) => id);

test.for([
  { why: "an id names its case", only: ["time/deadline"], has: ["time/deadline"], lacks: ["time/cancel"] },
  {
    why: "a group names all of its cases",
    only: ["secrets"],
    has: ["secrets/logs", "secrets/errors"],
    lacks: ["sink/again"],
  },
  { why: "a star stands for anything", only: ["life/drain-*"], has: ["life/drain-grace"], lacks: ["life/sigterm"] },
  { why: "the start is always tried", only: ["time"], has: [startCase], lacks: [] },
])("$why", ({ only, has, lacks }) => {
  expect(ids(only)).toEqual(expect.arrayContaining(has));
  for (const id of lacks) expect(ids(only)).not.toContain(id);
});

test("skipped cases are left out", () => {
  expect(ids([], ["stream"]).some((id) => id.startsWith("stream/"))).toBe(false);
  expect(ids(["stream"], ["stream/odd-ids"])).not.toContain("stream/odd-ids");
});

test.for([
  { pattern: "time/dedline", near: "time/deadline" },
  { pattern: "odd-id", near: "stream/odd-ids" },
  { pattern: "strem", near: "stream" },
])("$pattern, which names no case, is refused with $near", ({ pattern, near }) => {
  expect(() => ids([pattern])).toThrow(new RegExp(`"${pattern}" names no case; near are [^(]*${near}`));
});

test("every case has an id of its own, a promise and advice, and builds on cases that come before it", () => {
  const seen = new Set<string>();
  for (const { id, promise, advice, needs = [] } of allCases) {
    expect(seen.has(id), id).toBe(false);
    expect(id).toMatch(/^[a-z]+\/[a-z0-9-]+$/);
    expect(promise.length > 20 && advice.length > 20, id).toBe(true);
    for (const need of needs) expect(seen.has(need), `${id} needs ${need}`).toBe(true);
    seen.add(id);
  }
});
