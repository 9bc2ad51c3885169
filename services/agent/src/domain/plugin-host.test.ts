import { type ModuleRecord, OcelliError, type PluginRecord, type PluginSpec } from "@ocelli/model";
import { ManualClock } from "@ocelli/test-kit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeFeed, FakeSource, record } from "../testing/fake-source.js";
import { spec as anySpec } from "../testing/fakes.js";
import { PluginHost } from "./plugin-host.js";

let clock: ManualClock;
let source: FakeSource;
let plugins: FakeFeed<PluginRecord>;
let modules: FakeFeed<ModuleRecord>;
let host: PluginHost;

beforeEach(() => {
  clock = new ManualClock();
  source = new FakeSource();
  plugins = new FakeFeed();
  modules = new FakeFeed();
  host = new PluginHost({ clock, random: () => 0.5, agentId: "agent-1", plugins, modules, source, graceMs: 5_000 });
});

afterEach(() => host.close(0));

const spec = (name: string, revision = "r1", more: Partial<PluginSpec> = {}): PluginSpec => {
  return { ...anySpec, name, revision, module: "/m", ...more };
};

/** Lets everything that needs no time happen. */
async function quiet(): Promise<void> {
  for (let i = 0; i < 5; i += 1) await clock.advance(0);
}

const readyNow = () => [...host.ready()].map(([name, { spec }]) => `${name} ${spec.revision}`);
const report = (name: string) => host.status().find(({ plugin }) => plugin === name);
const problem = { file: "/p", line: 3, message: "no" };
const refused = { kind: "refused", service: "polling", problems: [problem], mayChange: false } as const;

test("an active plugin is judged, configured and ready, and says so", async () => {
  plugins.set(record(spec("a")));
  await quiet();
  expect(readyNow()).toEqual(["a r1"]);
  expect(source.module("/m").log).toEqual(["judge a r1", "configure a r1"]);
  expect(report("a")).toEqual({
    agentId: "agent-1",
    plugin: "a",
    revision: "r1",
    state: "ready",
    reason: "",
    service: "polling",
    judgedRevision: "r1",
    problems: [],
    restarts: 0,
    module: "/m",
    lastError: "",
  });
  expect(host.ready().get("a")).toMatchObject({ kind: "polling", wantsEnrichments: ["facts"] });
});

test("plugins of one module share its process, which ends with the last of them", async () => {
  plugins.set(record(spec("a")), record(spec("b")));
  await quiet();
  expect(source.started).toHaveLength(1);
  expect(host.ready().get("a")?.module).toBe(host.ready().get("b")?.module);
  plugins.set(record(spec("b")));
  await quiet();
  expect(source.module("/m").stopped).toBe("");
  plugins.set();
  await quiet();
  expect(source.module("/m").stopped).toBe("stopped within 5000 ms");
  expect(host.status()).toEqual([]);
});

test("a candidate is judged and reported, and not run before it is active; the old revision runs on meanwhile", async () => {
  plugins.set(record(spec("a")));
  await quiet();
  const before = host.ready().get("a");
  plugins.set(record(spec("a"), spec("a", "r2")));
  await quiet();
  expect(host.ready().get("a")).toBe(before);
  expect(report("a")).toMatchObject({ state: "ready", revision: "r1", judgedRevision: "r2", problems: [] });
  plugins.set(record(spec("a", "r2")));
  expect(readyNow()).toEqual(["a r1"]);
  await quiet();
  expect(readyNow()).toEqual(["a r2"]);
  expect(source.module("/m").log).toEqual(["judge a r1", "configure a r1", "judge a r2", "configure a r2"]);
});

test("a refused candidate is told with its problems while the old revision goes on", async () => {
  plugins.set(record(spec("a")));
  await quiet();
  source.module("/m").judging = async () => refused;
  plugins.set(record(spec("a"), spec("a", "r2")));
  await quiet();
  expect(report("a")).toMatchObject({
    state: "ready",
    revision: "r1",
    judgedRevision: "r2",
    problems: [problem],
    reason: "the newer file is refused: line 3: no",
  });
});

test("a first file that is refused says why", async () => {
  source.prepare = (module) => (module.judging = async () => refused);
  plugins.set(record(undefined, spec("a")));
  await quiet();
  expect(readyNow()).toEqual([]);
  expect(report("a")).toMatchObject({
    state: "refused",
    judgedRevision: "r1",
    problems: [problem],
    reason: "line 3: no",
  });
});

test("a candidate of a module that does not start stays unjudged, with the reason beside the old one", async () => {
  plugins.set(record(spec("a")));
  await quiet();
  source.refusal = { absent: true, reason: "/gone does not exist on this machine" };
  plugins.set(record(spec("a"), spec("a", "r2", { module: "/gone" })));
  await quiet();
  expect(report("a")).toMatchObject({
    state: "ready",
    judgedRevision: "r1",
    reason: "the newer file waits for its module: /gone does not exist on this machine",
  });
});

test.for([
  { why: "a module that is not on this machine", absent: true, state: "absent" },
  { why: "a module that does not start", absent: false, state: "failed" },
])("$why is told as such, and tried again later", async ({ absent, state }) => {
  source.refusal = { absent, reason: "no luck" };
  plugins.set(record(spec("a")));
  await quiet();
  expect(report("a")).toMatchObject({ state, reason: "no luck", judgedRevision: "", restarts: 0 });
  source.refusal = undefined;
  await clock.advance(1_000);
  await quiet();
  expect(report("a")).toMatchObject({ state: "ready", restarts: absent ? 0 : 1 });
});

test("a module that ends takes its plugins along until it is back, judged and configured anew", async () => {
  plugins.set(record(spec("a")));
  await quiet();
  source.module("/m").end("exited with code 3");
  await quiet();
  expect(readyNow()).toEqual([]);
  expect(report("a")).toMatchObject({ state: "failed", reason: "exited with code 3", revision: "" });
  await clock.advance(1_000);
  await quiet();
  expect(readyNow()).toEqual(["a r1"]);
  expect(source.started).toHaveLength(2);
  expect(source.module("/m").log).toEqual(["judge a r1", "configure a r1"]);
  expect(report("a")).toMatchObject({ state: "ready", restarts: 1 });
});

test("a stuck module is killed and started again, with the reason in between", async () => {
  plugins.set(record(spec("a")));
  await quiet();
  source.events[0]?.onStuck("goes on with a call 2 s after its deadline");
  await quiet();
  expect(source.started[0]?.stopped).toBe("killed");
  expect(report("a")).toMatchObject({ state: "failed", reason: "goes on with a call 2 s after its deadline" });
  await clock.advance(1_000);
  await quiet();
  expect(readyNow()).toEqual(["a r1"]);
});

test("a refused answer is told without stopping the plugin", async () => {
  plugins.set(record(spec("a")));
  await quiet();
  source.events[0]?.onNote(["a"], "the metric load is NaN");
  expect(report("a")).toMatchObject({ state: "ready", lastError: "the metric load is NaN" });
});

test("a module that does not answer about settings is asked again later", async () => {
  let asked = 0;
  source.prepare = (module) => {
    module.judging = async () => {
      asked += 1;
      if (asked === 1) throw new OcelliError("timeout", "no word on settings within 10 s");
      return { kind: "accepted", service: "sink", warnings: [] };
    };
  };
  plugins.set(record(spec("a")));
  await quiet();
  expect(report("a")).toMatchObject({ state: "failed", reason: "no word on settings within 10 s", judgedRevision: "" });
  await clock.advance(1_000);
  await quiet();
  expect(report("a")).toMatchObject({ state: "ready", service: "sink" });
});

test("settings that only lack something outside the file are looked at again", async () => {
  source.prepare = (module) => (module.judging = async () => ({ ...refused, mayChange: true }));
  plugins.set(record(undefined, spec("a")));
  await quiet();
  expect(report("a")).toMatchObject({ state: "refused" });
  source.module("/m").judging = async () => ({ kind: "accepted", service: "polling", warnings: [] });
  await clock.advance(30_000);
  await quiet();
  expect(report("a")).toMatchObject({ state: "starting", judgedRevision: "r1", problems: [] });
});

test("settings that cannot be applied count as refused", async () => {
  source.prepare = (module) => (module.configuring = async () => [problem]);
  plugins.set(record(spec("a")));
  await quiet();
  expect(report("a")).toMatchObject({ state: "refused", problems: [problem], reason: "line 3: no" });
});

test("a plugin that moves to another module runs there before the old one ends", async () => {
  plugins.set(record(spec("a")));
  await quiet();
  plugins.set(record(spec("a", "r2", { module: "/other" })));
  await quiet();
  expect(host.ready().get("a")?.module.title).toBe("/other");
  expect(source.module("/m").stopped).toBe("stopped within 5000 ms");
});

test("a plugin removed while it is being configured leaves nothing behind", async () => {
  let configured = () => {};
  source.prepare = (module) => {
    module.configuring = () => new Promise((resolve) => (configured = () => resolve([])));
  };
  plugins.set(record(spec("a")));
  await quiet();
  plugins.set();
  configured();
  await quiet();
  expect(readyNow()).toEqual([]);
  expect(source.started).toHaveLength(1);
  expect(source.module("/m").stopped).toBe("stopped within 5000 ms");
});

test("closing ends every module within the grace time", async () => {
  plugins.set(record(spec("a")), record(spec("b", "r1", { module: "/n" })));
  await quiet();
  await host.close(700);
  expect(source.started.map(({ stopped }) => stopped)).toEqual(["stopped within 700 ms", "stopped within 700 ms"]);
  expect(readyNow()).toEqual([]);
});

const instance = (instanceId: string, more: Partial<ModuleRecord> = {}): ModuleRecord => ({
  name: "snmp",
  instanceId,
  bootId: "1",
  version: "1.0.0",
  endpoint: `${instanceId}:1`,
  leaseMs: 15_000,
  suspect: false,
  ...more,
});
const remote = spec("a", "r1", { module: "service:snmp" });

test("a stand-alone module that did not register is absent", async () => {
  plugins.set(record(remote));
  await quiet();
  expect(report("a")).toMatchObject({ state: "absent", reason: "no module named snmp is registered" });
  modules.set(instance("one"));
  await quiet();
  expect(report("a")).toMatchObject({ state: "ready", module: "one" });
});

test("a plugin goes to the next replica when its own is suspect or gone, and back afterwards", async () => {
  modules.set(instance("one"), instance("two"));
  plugins.set(record(remote));
  await quiet();
  const first = report("a")?.module ?? "";
  const second = first === "one" ? "two" : "one";
  modules.set(instance(first, { suspect: true }), instance(second));
  await quiet();
  expect(report("a")).toMatchObject({ state: "ready", module: second });
  modules.set(instance(first), instance(second));
  await quiet();
  expect(report("a")).toMatchObject({ state: "ready", module: first });
  modules.set(instance(second));
  await quiet();
  expect(report("a")).toMatchObject({ state: "ready", module: second });
  modules.set(instance(second, { suspect: true }));
  await quiet();
  expect(report("a")).toMatchObject({
    state: "failed",
    reason: "snmp does not keep its registration up: it gets no new work",
  });
  expect(readyNow()).toEqual([]);
});

test("a replica that started again is dialled anew", async () => {
  modules.set(instance("one"));
  plugins.set(record(remote));
  await quiet();
  modules.set(instance("one", { bootId: "2" }));
  await quiet();
  expect(source.started).toHaveLength(2);
  expect(report("a")).toMatchObject({ state: "ready", restarts: 1 });
});
