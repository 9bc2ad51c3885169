import { OcelliError, type PluginSpec } from "@ocelli/model";
import type { Judgement, ReferenceResolver } from "@ocelli/module-host";
import { expect, test } from "vitest";
import { bareSpec } from "../testing/specs.js";
import { checkModules, type ModuleWorld } from "./check-modules.js";

const accepted: Judgement = {
  kind: "accepted",
  service: "polling",
  settings: { settingsJson: "{}", maskedJson: "{}", secrets: {} },
  warnings: [],
};

function refusal(message: string, mayChange = false): Judgement {
  return { kind: "refused", service: "polling", problems: [{ file: "/p/a", line: 12, message }], mayChange };
}

interface Asked {
  readonly started: string[];
  readonly stopped: string[];
}

function worldOf(judge: (spec: PluginSpec) => Judgement | Error, asked: Asked, broken = ""): ModuleWorld {
  return {
    resolverOf:
      () =>
      async ({ name }) => ({ kind: "missing", why: `the environment variable ${name} is not set` }),
    async start(path) {
      asked.started.push(path);
      if (path === broken) return { kind: "failed", reason: "exited with code 1" };
      const module = {
        async judge(spec: PluginSpec, resolver: ReferenceResolver) {
          await resolver({ scheme: "env", name: "COMMUNITY" });
          const judgement = judge(spec);
          if (judgement instanceof Error) throw judgement;
          return judgement;
        },
        async stop() {
          asked.stopped.push(path);
        },
      };
      return { kind: "up", module };
    },
  };
}

const specs = [
  bareSpec({ name: "a", file: "/p/a", module: "/m/one" }),
  bareSpec({ name: "b", file: "/p/b", module: "/m/one" }),
];

test("a module is started once for all its files, and ended again", async () => {
  const asked: Asked = { started: [], stopped: [] };
  const own = bareSpec({ module: "service:elsewhere" });
  const found = await checkModules(
    [...specs, own],
    worldOf(() => accepted, asked),
  );
  expect(found).toEqual([]);
  expect(asked).toEqual({ started: ["/m/one"], stopped: ["/m/one"] });
});

test("what the module refuses is an error of that file, with its line", async () => {
  const world = worldOf(({ name }) => (name === "a" ? refusal("[snmp] port must be at most 65535") : accepted), {
    started: [],
    stopped: [],
  });
  expect(await checkModules(specs, world)).toEqual([
    { severity: "error", file: "/p/a", line: 12, message: "[snmp] port must be at most 65535" },
  ]);
});

test("a secret that is missing here is a warning: the agents may have it", async () => {
  const why = "[snmp] community: the environment variable COMMUNITY is not set";
  const found = await checkModules(
    specs.slice(0, 1),
    worldOf(() => refusal(why, true), { started: [], stopped: [] }),
  );
  expect(found).toEqual([{ severity: "warning", file: "/p/a", line: 12, message: `${why} here; the agents need it` }]);
});

test("a module that cannot be started is an error of each of its files, and the others are looked at", async () => {
  const asked: Asked = { started: [], stopped: [] };
  const other = bareSpec({ file: "/p/c", module: "/m/two" });
  const found = await checkModules(
    [...specs, other],
    worldOf(() => accepted, asked, "/m/one"),
  );
  expect(found.map(({ file, message }) => `${file}: ${message}`)).toEqual([
    "/p/a: its module cannot be used: exited with code 1",
    "/p/b: its module cannot be used: exited with code 1",
  ]);
  expect(asked.stopped).toEqual(["/m/two"]);
});

test("a module that does not answer is an error, and is ended all the same", async () => {
  const asked: Asked = { started: [], stopped: [] };
  const found = await checkModules(
    specs.slice(0, 1),
    worldOf(() => new OcelliError("timeout", "no answer within 10 s"), asked),
  );
  expect(found[0]?.message).toMatch(/did not say.*no answer within 10 s/);
  expect(asked.stopped).toEqual(["/m/one"]);
});
