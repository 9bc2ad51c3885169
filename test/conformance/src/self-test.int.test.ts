// The kit is judged by modules that each break one rule: exactly the case that names the rule has to fail.
import { existsSync } from "node:fs";
import { caseList, type Report } from "@ocelli/conformance";
import { beforeAll, describe, expect, test } from "vitest";
import { checkMutant, failuresOf, idsOf, mutantProgram, reasonOf } from "./check-mutant.js";
import { type Mutant, type MutantName, mutants } from "./mutants.js";

/** Every case over every mutant takes several minutes. Without this only some of each kind of mistake are tried so. */
const isWhole = process.env["OCELLI_TEST_MUTANTS"] === "whole";

/** Tried over every case, in both ways of starting. */
const inBothWays = new Set<MutantName>(["takes-any-version", "ignores-deadline", "drain-takes-work"]);

/** Tried over every case, whatever it costs. */
const overAll = new Set<MutantName>([
  ...inBothWays,
  ...(["takes-any-token", "ignores-lower-limit", "names-what-it-lacks"] as const),
  ...(["first-problem-only", "takes-any-revision", "reads-settings-late", "sends-nan"] as const),
  ...([
    "answers-twice",
    "no-summary",
    "fails-together",
    "one-big-message",
    "never-waits",
    "wants-known-fields",
  ] as const),
  ...(["ignores-cancel", "leaks-on-cancel", "shows-its-stack", "forgets-state"] as const),
  ...(["secret-in-log", "refuses-all", "exits-with-3", "leaves-a-child", "one-heartbeat"] as const),
]);

/** How modules end and register, in families that have little to do with one another. */
const endings = [
  /^life\/drain/,
  /^life\/(stdin|sigterm|host)/,
  /^life\/(registers|instance|join|heartbeats|deregisters)/,
];
/** Cases that cost most. */
const heavy =
  /^handshake\/limits|^stream\/(stalled-reader|batch-of-limit|message|large-result)|^life\/(?!starts)|^time\/(cancel|endless)|^stream\/calls/;

/** What a mutant that is not tried over everything is spared: one that breaks work the costly cases, one that ends badly those of
 *  work and of other ways to end. */
function spared({ name, case: own }: Mutant & { name: MutantName }): string[] {
  if (isWhole || overAll.has(name)) return [];
  const family = endings.find((pattern) => pattern.test(own));
  const isNear = (id: string): boolean => (family ? family.test(id) : !heavy.test(id));
  return caseList.map(({ id }) => id).filter((id) => id !== own && !isNear(id));
}

const bare = new Map<string, Report>();

beforeAll(async () => {
  if (!existsSync(mutantProgram)) throw new Error(`${mutantProgram} is not built: npm run build`);
  for (const mode of ["child", "stand-alone"] as const) bare.set(mode, await checkMutant({ name: "", mode }));
}, 240_000);

test.each(["child", "stand-alone"] as const)("the module that breaks nothing passes every case (%s)", (mode) => {
  const report = bare.get(mode);
  expect(report && failuresOf(report)).toBe("");
  // Nothing is left out but what belongs to the other way of starting.
  const left = report ? idsOf(report, mode, "not_applicable") : [];
  expect(
    left.map((id) => report && reasonOf(report, mode, id)).filter((reason) => !reason?.startsWith("only a")),
  ).toEqual([]);
});

test("every mutant names a case that there is, and no two have one name", () => {
  const ids = caseList.map(({ id }) => id);
  expect(mutants.filter((one) => !ids.includes(one.case))).toEqual([]);
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
});

const plans = mutants.flatMap((one: Mutant & { name: MutantName }) => {
  const { mode = "child" } = one;
  const modes = inBothWays.has(one.name) ? (["child", "stand-alone"] as const) : ([mode] as const);
  return modes.map((way) => ({ ...one, mode: way, skip: spared(one) }));
});

describe.concurrent("exactly one case fails", () => {
  test.each(plans)("$case: $name, which $breaks ($mode)", { timeout: 240_000 }, async (plan) => {
    const { mode } = plan;
    const report = await checkMutant(plan);
    const failed = idsOf(report, mode, "failed");
    expect(failed, failuresOf(report)).toEqual([plan.case]);
    // The others were tried, but for those that say nothing where this one fails, or in this way of starting.
    const good = bare.get(mode);
    for (const id of idsOf(report, mode, "not_applicable")) {
      const isUsual = good !== undefined && reasonOf(good, mode, id) === reasonOf(report, mode, id);
      const builds = /on which it builds, (failed|was not tried)$/.test(reasonOf(report, mode, id) ?? "");
      expect(isUsual || builds, `${id} was not tried: ${reasonOf(report, mode, id)}`).toBe(true);
    }
  });
});
