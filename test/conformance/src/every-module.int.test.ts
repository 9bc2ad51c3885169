// The kit over every module that comes with Ocelli, and over the probe of each language.
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkModule, emptyFixture, type Fixture, readFixture, readSubject, reportText } from "@ocelli/conformance";
import { demoMib, demoNetwork, startSnmpAgent } from "@ocelli/demo";
import { goProgram, linkPython, pythonForTests, rustProgram } from "@ocelli/test-kit";
import { afterAll, describe, expect, test } from "vitest";
import { failuresOf, idsOf } from "./check-mutant.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const probes = join(root, "test/conformance/probes");
/** A module is tried in both ways, and builds of other languages come before. */
const patience = { timeout: 900_000 };
/** A busy machine is no reason to fail. */
const timings = { startMs: 30_000, answerMs: 15_000, exitMs: 15_000, slackMs: 4_000, runMs: 1_000 };

const open: { close(): unknown }[] = [];
afterAll(async () => {
  for (const one of open) await one.close();
});

/** Two at a time: with more of them a module that waits for the processor looks like one that is slow. */
const turns: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()];
let taken = 0;

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = taken++ % turns.length;
  const done = (turns[turn] ?? Promise.resolve()).then(work);
  turns[turn] = done.catch(() => undefined);
  return done;
}

async function check(command: string, fixture: Fixture): Promise<void> {
  const subject = await readSubject(command);
  const { signal } = new AbortController();
  const report = await inTurn(() => checkModule(subject, { fixture, timings, seed: 7 }, signal));
  expect(failuresOf(report), reportText(report)).toBe("");
  for (const mode of report.modes) expect(idsOf(report, mode, "passed").length).toBeGreaterThan(20);
}

async function fixtureOf(folder: string): Promise<Fixture> {
  const path = join(folder, "conformance.json");
  if (!existsSync(path)) return emptyFixture;
  return readFixture(await readFile(path, "utf8"), path, folder);
}

/** What modules that come with Ocelli are pointed at, where that is cheap: they have to bring data then. */
const devices: Readonly<Record<string, () => Promise<Partial<Fixture["resource"]>>>> = {
  async http() {
    const server = createServer((_, response) => response.end("fine"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    open.push(server);
    return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
  },
  async "snmp-interface"() {
    const [device] = demoNetwork(1, 0);
    if (!device) throw new Error("the demo has no device");
    const agent = await startSnmpAgent({ port: 0, tree: () => demoMib(device, 60_000), communities: ["public"] });
    open.push(agent);
    return { endpoint: `127.0.0.1:${agent.port}` };
  },
};

const folders = (await readdir(join(root, "plugins"), { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** Modules in Python run with the Python of the tests. */
const inPython = new Set(["panoptes"]);

describe.concurrent("modules that come with Ocelli", () => {
  test.for(folders)("%s keeps every promise, in both ways of starting", patience, async (name, ctx) => {
    const folder = join(root, "plugins", name);
    if (inPython.has(name)) {
      const found = await pythonForTests();
      if (found.kind === "missing") return ctx.skip(found.reason);
      await linkPython(folder, found.python);
    }
    const fixture = await fixtureOf(folder);
    const device = await devices[name]?.();
    const there = device && { resource: { ...fixture.resource, ...device }, device: "there" as const };
    await check(folder, { ...fixture, ...there });
  });
});

describe.concurrent("probes", () => {
  test("typescript", patience, () => check(join(probes, "typescript"), emptyFixture));

  test("python", patience, async (ctx) => {
    const found = await pythonForTests();
    if (found.kind === "missing") return ctx.skip(found.reason);
    await check(`${found.python} ${join(probes, "python/main.py")}`, emptyFixture);
  });

  test("go", patience, async (ctx) => {
    const built = await goProgram(join(probes, "go"));
    if (built.kind === "missing") return ctx.skip(built.reason);
    await check(built.program, emptyFixture);
  });

  test("rust, with nothing but the contracts", patience, async (ctx) => {
    const built = await rustProgram(join(probes, "rust"), "probe-rust");
    if (built.kind === "missing") return ctx.skip(built.reason);
    await check(built.program, emptyFixture);
  });
});
