import { expect, test } from "vitest";
import { NewsFilter } from "./news-filter.js";

const head = { plugin: "p", resourceId: "sw1", endpoint: "10.0.0.1", fence: 5, part: 0 };

test.for([
  { why: "a second copy is no news", next: {}, news: false },
  { why: "a further part is", next: { part: 1 }, news: true },
  { why: "a newer run is", next: { fence: 6 }, news: true },
  { why: "what a newer run overtook is not", next: { fence: 4, part: 9 }, news: false },
  { why: "another resource has fences of its own", next: { resourceId: "sw2", fence: 1 }, news: true },
  { why: "after a move to another endpoint fences count anew", next: { endpoint: "10.0.0.2", fence: 1 }, news: true },
])("$why", ({ next, news }) => {
  const filter = new NewsFilter();
  expect(filter.isNew(head)).toBe(true);
  expect(filter.isNew({ ...head, ...next })).toBe(news);
});

test("a pair is remembered while 100 000 others come by", () => {
  const filter = new NewsFilter();
  filter.isNew(head);
  for (let i = 0; i < 100_000; i += 1) filter.isNew({ ...head, resourceId: `other-${i}` });
  expect(filter.isNew(head)).toBe(false);
});
