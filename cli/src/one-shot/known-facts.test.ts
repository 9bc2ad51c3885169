import type { EnrichAnswer, WorkItem } from "@ocelli/model";
import { ManualClock } from "@ocelli/test-kit";
import { expect, test } from "vitest";
import { resultOf, timeoutFault } from "../testing/builders.js";
import { type AskedLink, discoverOnce, onceRun, pollOnce } from "./ask-module.js";
import { givenFacts, ownFacts, wantedNamespaces } from "./known-facts.js";

const { resource } = resultOf();
const run = onceRun({ plugin: "once", revision: "once", frequencyMs: 60_000, timeoutMs: 5_000 }, new ManualClock());
const given = { namespace: "interface", schema: "", ttlS: 60, dataJson: new Uint8Array(), resourceId: "" };
const signal = new AbortController().signal;

// biome-ignore lint/style/noNonNullAssertion: the builder gives a resource
const item: WorkItem = { run, resource: resource!, enrichments: [] };

function linkOf(
  parts: Partial<AskedLink>,
  services: readonly ("enrichment" | "polling")[] = ["enrichment", "polling"],
) {
  const never = (): never => {
    throw new Error("nobody asks for this");
  };
  return {
    poll: never,
    enrich: never,
    discover: never,
    description: { services, emitsEnrichments: ["interface"] },
    ...parts,
  };
}

async function* answers<T>(...all: readonly T[]): AsyncGenerator<T> {
  yield* all;
}

const enriched: EnrichAnswer = {
  item: 0,
  fault: undefined,
  state: undefined,
  last: true,
  sets: [given, { ...given, namespace: "other" }],
};

test.for([
  {
    why: "what the file preloads of the resource itself counts",
    preload: ["self:interface", "other:facts"],
    wants: ["x"],
    want: ["interface"],
  },
  { why: "else what the module wants", preload: [], wants: ["interface"], want: ["interface"] },
])("$why", ({ preload, wants, want }) => expect(wantedNamespaces(preload, wants)).toEqual(want));

test("a poll that wants facts gets them of its own module, and only those it wants", async () => {
  const link = linkOf({ enrich: () => answers(enriched) });
  expect(await ownFacts(link, ["interface"], item, () => {}, signal)).toEqual([given]);
});

test("what is given is not asked for again", async () => {
  expect(await ownFacts(linkOf({}), ["interface"], { ...item, enrichments: [given] }, () => {}, signal)).toEqual([]);
});

test("where nobody can find the facts out, it says how to give them", async () => {
  const said: string[] = [];
  const say = (sentence: string): void => void said.push(sentence);
  expect(await ownFacts(linkOf({}, ["polling"]), ["interface"], item, say, signal)).toEqual([]);
  expect(said).toEqual([
    "polled without the enrichment interface that it wants; give it with --enrichment interface=FILE",
  ]);
});

test.for([
  { why: "no namespace", argument: "facts.json" },
  { why: "no JSON object", argument: "interface=[1]" },
  { why: "no file", argument: "interface=/does/not/exist.json" },
])("facts of the command line that are wrong are refused: $why", async ({ argument }) => {
  await expect(givenFacts(argument)).rejects.toMatchObject({ code: "invalid" });
});

test("a fault beside metrics is what it says, as it is alone", async () => {
  const group = { name: "cpu", dimensions: [], metrics: [], atMs: 0 };
  const answer = { item: 0, fault: timeoutFault, state: undefined, last: true };
  const beside = linkOf({
    poll: () => answers({ ...answer, groups: [group], fault: undefined, last: false }, { ...answer, groups: [] }),
  });
  expect(await pollOnce(beside, item, signal)).toMatchObject({
    status: "timeout",
    groups: [group],
    fault: timeoutFault,
  });
  const alone = linkOf({ poll: () => answers({ ...answer, groups: [] }) });
  expect(await pollOnce(alone, item, signal)).toMatchObject({ status: "timeout" });
});

test("a discovery that could not look everywhere is partial and says where", async () => {
  const said: string[] = [];
  const link = linkOf({
    discover: () =>
      answers(
        { kind: "resources", resources: [item.resource] } as const,
        { kind: "partial", scope: "south", fault: timeoutFault } as const,
        {
          kind: "end",
          summary: { complete: false, resources: 1, scopes: [] },
          fault: undefined,
          state: undefined,
        } as const,
      ),
  });
  const found = await discoverOnce(link, run, (sentence) => void said.push(sentence), signal);
  expect(found).toMatchObject({ status: "partial", discovery: { resources: [item.resource] } });
  expect(said).toEqual(["south: no answer within 5 s"]);
});
