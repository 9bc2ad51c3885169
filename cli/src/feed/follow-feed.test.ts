import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { eventToProto, resultToProto } from "@ocelli/codec";
import { OcelliError } from "@ocelli/model";
import { type TailResponse, TailResponseSchema } from "@ocelli/proto/registry";
import { ManualClock } from "@ocelli/test-kit";
import { expect, test } from "vitest";
import { eventOf, resultOf } from "../testing/builders.js";
import { type FeedDeps, type FeedEntry, followFeed } from "./follow-feed.js";

const tailed = (entry: MessageInitShape<typeof TailResponseSchema>["entry"]): TailResponse =>
  create(TailResponseSchema, entry ? { entry } : {});
const started = tailed({ case: "started", value: {} });
const result = (fence: number) => tailed({ case: "result", value: resultToProto(resultOf({ fence })) });
const event = tailed({ case: "event", value: eventToProto(eventOf()) });
const broken = new OcelliError("unavailable", "Connection dropped");

/** Each tail in turn gives its entries and then fails, ends or stops everything. */
function feedOf(tails: readonly (readonly (TailResponse | Error)[])[], stop: AbortController) {
  const asked: (number | undefined)[] = [];
  const feed: FeedDeps["feed"] = {
    async *tail({ sinceS }) {
      const entries = tails[asked.length];
      asked.push(sinceS);
      for (const entry of entries ?? []) {
        if (entry instanceof Error) throw entry;
        yield entry;
      }
      if (asked.length >= tails.length) stop.abort();
    },
  };
  return { feed, asked };
}

async function follow(tails: readonly (readonly (TailResponse | Error)[])[]) {
  const stop = new AbortController();
  const clock = new ManualClock();
  const said: string[] = [];
  const { feed, asked } = feedOf(tails, stop);
  const entries: FeedEntry[] = [];
  const say = (sentence: string): void => void said.push(sentence);
  const following = (async () => {
    for await (const entry of followFeed({ feed, clock, say }, { sinceS: 60 }, stop.signal)) entries.push(entry);
  })();
  const failed = following.then(
    () => undefined,
    (error: unknown) => error,
  );
  for (let i = 0; i < tails.length; i += 1) await clock.advance(500);
  return { entries: entries.map(({ kind }) => kind), said, asked, failed: await failed };
}

test("a registry that restarts is waited for, and what it tells again is told once", async () => {
  const { entries, said, asked } = await follow([
    [started, result(1), event, broken],
    [broken],
    [started, result(1), event, result(2)],
  ]);
  expect(entries).toEqual(["started", "result", "event", "result"]);
  expect(said).toEqual(["the registry does not answer any more; waiting for it", "the registry is back"]);
  expect(asked[0]).toBe(60);
});

test("after a break the whole break is asked for", async () => {
  const away = Array.from({ length: 7 }, () => [broken]);
  const { asked } = await follow([[started, broken], ...away, [started]]);
  expect(asked.at(-1)).toBe(6);
});

test("a registry that ends the tail in order is asked again", async () => {
  const { entries, said } = await follow([
    [started, result(1)],
    [started, result(2)],
  ]);
  expect(entries).toEqual(["started", "result", "result"]);
  expect(said).toEqual(["the registry does not answer any more; waiting for it", "the registry is back"]);
});

test("one that never answered is not waited for", async () => {
  const { failed, entries } = await follow([[broken]]);
  expect(failed).toBe(broken);
  expect(entries).toEqual([]);
});

test("a result that cannot be read is left out with a word, and the others come", async () => {
  const bad = tailed({ case: "result", value: { groups: [{ name: "cpu", metrics: [{ name: "load" }] }] } });
  const { entries, said } = await follow([[started, bad, result(1)]]);
  expect(entries).toEqual(["started", "result"]);
  expect(said).toEqual(["one result is left out: metric cpu.load has no value"]);
});
