import { expect, test } from "vitest";
import { z } from "zod";
import { definePlugin, type PluginDefinition } from "./define-plugin.js";
import { PollFault } from "./poll-fault.js";
import { testPlugin, testSettings } from "./test-plugin.js";
import { manualClock } from "./testing/manual-clock.js";
import { counter, gauge } from "./values.js";

type Bare = PluginDefinition<z.ZodObject<Record<never, never>>>;

const one = { name: "g", metrics: { a: gauge(1) } };

function plugin(more: Partial<Bare>): ReturnType<typeof definePlugin> {
  return definePlugin({ name: "p", version: "1.0.0", description: "d", ...more });
}

function polled(poll: Bare["poll"], run: Parameters<ReturnType<typeof testPlugin>["poll"]>[1] = {}) {
  return testPlugin(plugin({ ...(poll && { poll }) })).poll({ id: "r" }, run);
}

test("a definition says everything it lacks at once", () => {
  const make = () => definePlugin({ name: "", version: "one", description: "", concurrency: 0 });
  expect(make).toThrow(
    /name is empty; version "one" is not like 1\.2\.3; it has none of.*; concurrency 0 is less than 1/,
  );
});

test.for([
  { why: "a list", poll: async () => [one, { ...one, name: "h" }], want: 2 },
  { why: "nothing", poll: async () => [], want: 0 },
  {
    why: "a generator's groups",
    poll: async function* () {
      yield one;
    },
    want: 1,
  },
])("a poll may return $why", async ({ poll, want }) => {
  const { groups, fault } = await polled(poll);
  expect(groups).toHaveLength(want);
  expect(fault).toBeUndefined();
});

test.for([
  {
    why: "nothing to return",
    poll: (async () => undefined) as never,
    text: "poll returned undefined: return a list of metric groups, empty for none",
  },
  {
    why: "one group without a list",
    poll: (async () => one) as never,
    text: "poll returned an object: return a list of metric groups, empty for none",
  },
  {
    why: "text",
    poll: (async () => "up") as never,
    text: "poll returned text: return a list of metric groups, empty for none",
  },
])("a poll with $why is told what to return", async ({ poll, text }) => {
  expect((await polled(poll)).fault).toMatchObject({
    message: expect.stringMatching(new RegExp(`^poll of p \\(.*runs\\.test\\.ts:\\d+\\): ${text}$`)),
    status: "internal",
    origin: "plugin",
  });
});

test("one wrong group in a list spoils the whole list, so that no half answer looks whole", async () => {
  const { groups, fault } = await polled(async () => [one, { name: "h", metrics: { a: gauge(Number.NaN) } }]);
  expect(groups).toEqual([]);
  expect(fault?.message).toContain("metric a of group h is NaN");
});

test.for([
  {
    why: "a fault of the author's",
    error: new PollFault("ping_failure", "no echo"),
    want: { status: "ping_failure", message: "no echo", origin: "target" },
  },
  {
    why: "refused credentials",
    error: new PollFault("authentication", "no"),
    want: { status: "authentication", origin: "credentials" },
  },
  {
    why: "a socket that timed out",
    error: Object.assign(new Error("connect ETIMEDOUT"), { code: "ETIMEDOUT" }),
    want: { status: "timeout", origin: "target" },
  },
  {
    why: "a fetch that failed because nobody listens",
    error: new TypeError("fetch failed", { cause: Object.assign(new Error("x"), { code: "ECONNREFUSED" }) }),
    want: { status: "network", origin: "target" },
  },
  {
    why: "a bug",
    error: new TypeError("x is undefined"),
    want: { status: "internal", origin: "plugin", message: expect.stringMatching(/: TypeError: x is undefined$/) },
  },
  {
    why: "something that is no error",
    error: "oops",
    want: { status: "internal", message: expect.stringMatching(/: thrown: oops$/) },
  },
])("$why ends the run with the right status", async ({ error, want }) => {
  const { fault } = await polled(async () => {
    throw error;
  });
  expect(fault).toMatchObject(want);
});

test("faults beside data say that the answer is not whole", async () => {
  const { fault, groups } = await polled(async (_resource, ctx) => {
    ctx.fault(new PollFault("partial", "no temperature"));
    ctx.fault(new PollFault("partial", "no fans"));
    return [one];
  });
  expect(groups).toHaveLength(1);
  expect(fault).toMatchObject({ status: "partial", message: "no temperature (and 1 more)" });
});

test("work that ignores its signal is left behind at its deadline, and what it brings later reaches nobody", async () => {
  const clock = manualClock();
  let bring = (): void => {};
  const late = new Promise<void>((resolve) => {
    bring = resolve;
  });
  let signal: AbortSignal | undefined;
  const deaf = plugin({
    async *poll(_resource, ctx) {
      signal = ctx.signal;
      yield one;
      await late;
      yield { ...one, name: "late" };
    },
  });
  const running = testPlugin(deaf, {}, clock).poll({ id: "r" }, { deadlineMs: 1_000 });
  await clock.advance(1_000);
  const { groups, fault } = await running;
  expect(fault).toMatchObject({
    status: "timeout",
    message: expect.stringMatching(/no end within 1000 ms, 1 value until then$/),
  });
  expect(signal?.aborted).toBe(true);
  bring();
  await clock.advance(1_000);
  expect(groups).toHaveLength(1);
});

test("progress moves the deadline, and the host hears of it", async () => {
  const clock = manualClock();
  const slow = plugin({
    async poll(_resource, ctx) {
      await clock.sleep(900);
      ctx.progress(1_500);
      await clock.sleep(1_400);
      return [{ name: "g", metrics: { left_ms: gauge(ctx.deadlineAtMs - clock.monotonicMs()) } }];
    },
  });
  const running = testPlugin(slow, {}, clock).poll({ id: "r" }, { deadlineMs: 1_000 });
  await clock.advance(5_000);
  const { groups, fault, extendedMs } = await running;
  expect(fault).toBeUndefined();
  expect(extendedMs).toEqual([1_500]);
  expect(groups[0]?.metrics[0]?.value).toBe(100);
});

test("state comes back as it was left, and a failed run leaves the old one", async () => {
  const counting = plugin({
    async poll(_resource, ctx) {
      const before = Number(ctx.state.get() ?? 0);
      ctx.state.set(before + 1);
      if (before === 2) throw new PollFault("network", "unplugged");
      return [{ name: "g", metrics: { n_total: counter(before) } }];
    },
  });
  const first = await testPlugin(counting).poll({ id: "r" });
  expect(first.state).toBe(1);
  const second = await testPlugin(counting).poll({ id: "r" }, { state: first.state });
  expect(second.state).toBe(2);
  const third = await testPlugin(counting).poll({ id: "r" }, { state: second.state });
  expect(third.state).toBeUndefined();
});

test.for([
  { why: "4 KiB of it are kept", size: 4096 - 2, fault: /^$/ },
  {
    why: "a byte more is refused with both sizes",
    size: 4096 - 1,
    fault: /: RangeError: the state is 4097 bytes of JSON; at most 4096 are kept$/,
  },
])("state: $why", async ({ size, fault }) => {
  const outcome = await polled(async (_resource, ctx) => {
    ctx.state.set("x".repeat(size));
    return [];
  });
  expect(outcome.fault?.message ?? "").toMatch(fault);
});

test("the facts of a namespace come parsed, and others are not there", async () => {
  const facts = { interfaces: ["Gi0/1"] };
  const { groups } = await polled(
    async (_resource, ctx) => {
      const found = ctx.enrichment("interface") as typeof facts;
      const missing = ctx.enrichment("inventory") === undefined ? 1 : 0;
      return [{ name: "g", dimensions: { first: found.interfaces[0] ?? "" }, metrics: { missing: gauge(missing) } }];
    },
    { enrichments: { interface: facts } },
  );
  expect(groups[0]).toMatchObject({ dimensions: [{ value: "Gi0/1" }], metrics: [{ value: 1 }] });
});

test("an enrichment's facts come out as they went in", async () => {
  const data = { interfaces: { "1": { name: "Gi0/1" } } };
  const enriching = plugin({ enrich: async () => [{ namespace: "interface", schema: "0.1", ttlS: 60, data }] });
  const { sets } = await testPlugin(enriching).enrich({ id: "r" });
  expect(sets).toEqual([{ namespace: "interface", schema: "0.1", ttlS: 60, resourceId: "", data }]);
});

test("settings are typed by their schema, and what validate says counts", async () => {
  const timer = definePlugin({
    name: "t",
    version: "1.0.0",
    description: "d",
    settings: z.strictObject({ main: z.strictObject({ low: z.int(), high: z.int() }) }),
    validate: ({ main }) => (main.low <= main.high ? [] : [{ path: "/main/low", summary: "low is above high" }]),
    poll: (_resource, ctx) => [{ name: "g", metrics: { span: gauge(ctx.settings.main.high - ctx.settings.main.low) } }],
  });
  const { groups } = await testPlugin(timer, { main: { low: 1, high: 4 } }).poll({ id: "r" });
  expect(groups[0]?.metrics[0]?.value).toBe(3);
  expect(await testSettings(timer, { main: { low: 5, high: 4 } })).toEqual([
    { path: "/main/low", summary: "low is above high" },
  ]);
  expect(() => testPlugin(timer, { main: { low: "x" } })).toThrow(
    /settings of t: \/main\/low .*; \/main\/high high is missing/,
  );
});

const refused = Object.assign(new Error("connect ECONNREFUSED 10.0.0.1:80"), { code: "ECONNREFUSED" });

test.for([
  {
    why: "the cause of another error",
    error: new TypeError("fetch failed", { cause: refused }),
    says: "TypeError: fetch failed: connect ECONNREFUSED 10.0.0.1:80",
  },
  {
    why: "the first of several, as where a name has several addresses",
    error: new TypeError("fetch failed", {
      cause: Object.assign(new AggregateError([refused, new Error("another")]), { code: "ECONNREFUSED" }),
    }),
    says: "TypeError: fetch failed: connect ECONNREFUSED 10.0.0.1:80",
  },
  {
    why: "told already",
    error: new Error(`no answer: ${refused.message}`, { cause: refused }),
    says: "Error: no answer: connect ECONNREFUSED 10.0.0.1:80",
  },
])("an error of the network says what it was about: $why", async ({ error, says }) => {
  const { fault } = await polled(async () => {
    throw error;
  });
  expect(fault).toMatchObject({ status: "network", message: says });
});
