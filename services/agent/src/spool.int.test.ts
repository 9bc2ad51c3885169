import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Bus } from "@ocelli/bus";
import { resultCodec } from "@ocelli/codec";
import type { Result } from "@ocelli/model";
import { eventually, openTestBus, startNats, type TestNats } from "@ocelli/test-kit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { record } from "./testing/fake-source.js";
import { resource, spec, task } from "./testing/fakes.js";

// An agent as a process of its own, a module that answers when it is told, and a broker that goes away in between.

const root = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const plugin = { ...spec, name: "p", module: root("testdata/answers-when-told.mjs"), service: "polling" } as const;
const pair = ["p", "sw1"] as const;

let nats: TestNats;
let bus: Bus;
let directory: string;
let slotAtMs: number;
let agents: { readonly child: ChildProcess; lines: string }[];
beforeEach(async () => {
  nats = await startNats();
  bus = await openTestBus(nats.url);
  directory = await mkdtemp(join(tmpdir(), "ocelli-spool-"));
  agents = [];
  await bus.plugins.put("p", record({ ...plugin, timeoutMs: 60_000 }));
});
afterEach(async () => {
  for (const { child } of agents) await killed(child);
  await bus.close();
  await nats.stop();
  await rm(directory, { recursive: true, force: true });
});

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

function startAgent(settings: Record<string, string> = {}) {
  const env = {
    ...process.env,
    OCELLI_NATS__URLS: nats.url,
    OCELLI_AGENT__ID: "a",
    OCELLI_SPOOL__DIRECTORY: join(directory, "spool"),
    OCELLI_LOG__LEVEL: "info",
    ...settings,
  };
  const child = spawn(process.execPath, [root("dist/main.js")], { env, stdio: ["ignore", "ignore", "pipe"] });
  const agent = { child, lines: "" };
  child.stderr.on("data", (chunk: Buffer) => {
    agent.lines += chunk.toString();
  });
  agents.push(agent);
  return agent;
}

const says = (agent: { lines: string }, what: RegExp) =>
  eventually(() => expect(agent.lines).toMatch(what), 40_000, 100);

/** An agent that runs one slot of the pair and waits for the device. */
async function runningAgent(settings: Record<string, string> = {}) {
  const agent = startAgent(settings);
  await eventually(async () => {
    const reports = (await bus.agents.get("a"))?.value.reports ?? [];
    expect(reports.find((report) => report.plugin === "p")?.state).toBe("ready");
  }, 40_000);
  const heart = { kind: "agent", id: "test", endpoint: "", version: "", pid: 1, host: "" } as const;
  await bus.heart.beat({ ...heart, startedAtMs: 0, leaseMs: 1, leader: false });
  slotAtMs = Math.floor(bus.brokerNowMs()) - 1;
  const times = { slotAtMs, notBeforeAtMs: slotAtMs, expiresAtMs: slotAtMs + 60_000, revision: 0 };
  const about = { ...resource, id: "sw1", endpoint: join(directory, "go") };
  await bus.tasks.send(task({ resource: about, ...times }), 0);
  await eventually(async () => expect((await register())?.value.running).toBe(true));
  return agent;
}

const register = async () => await bus.registers[0]?.get(pair);
const answerNow = () => writeFile(join(directory, "go"), "");

async function spooledBytes(): Promise<number> {
  const folder = join(directory, "spool", "a", bus.mesh.id);
  const names = (await readdir(folder)).filter((name) => name.endsWith(".spool"));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function results(): Promise<Result[]> {
  const { jsm, names } = bus.link;
  const { state } = await jsm.streams.info(names.results);
  const found: Result[] = [];
  for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
    const message = await jsm.streams.getMessage(names.results, { seq });
    if (message) found.push(resultCodec.decode(message.data));
  }
  return found;
}

/** The run ends while the broker does not answer; then its agent is killed. */
async function runLeftBehind(): Promise<void> {
  const agent = await runningAgent();
  await nats.kill();
  await answerNow();
  await eventually(async () => expect(await spooledBytes()).toBeGreaterThan(0));
  await killed(agent.child);
}

test("a result that waited when its agent was killed is stored once, and its slot counts as run", async () => {
  await runLeftBehind();
  await nats.restart();
  const again = startAgent();
  await says(again, /published from the spool/);
  const stored = await results();
  expect(stored).toHaveLength(1);
  expect(stored[0]).toMatchObject({ plugin: "p", slotAtMs, status: "success" });
  expect((await register())?.value).toMatchObject({ running: false, slotAtMs, fence: stored[0]?.fence });
  await eventually(async () => expect(await spooledBytes()).toBe(0));
}, 120_000);

test("a result whose pair ran again meanwhile is refused and told, and the newer run is left alone", async () => {
  await runLeftBehind();
  await nats.restart();
  const before = await eventually(register);
  if (!before) throw new Error("no register");
  const attempt = "somebody else's";
  const taken = { ...before.value, attempt, agentId: "b", slotAtMs: slotAtMs + 60_000 };
  const claim = await bus.registers[0]?.update(pair, taken, before.revision);
  if (claim?.kind !== "done") throw new Error("the pair could not be taken over");
  const about = { ...resource, id: "sw1", endpoint: join(directory, "go") };
  const newer: Result = {
    ...{ kind: "polling", plugin: "p", resource: about, fence: claim.revision, part: 0, last: true, agentId: "b" },
    ...{ slotAtMs: taken.slotAtMs, startedAtMs: 1, finishedAtMs: 2, frequencyMs: 60_000, pluginRevision: "r1" },
    ...{ status: "success", fault: undefined, groups: [], sets: [], discovery: undefined, onDemand: false },
  };
  await bus.results.publish(newer, new AbortController().signal);
  const again = startAgent();
  await says(again, /"stale":1.*published from the spool|published from the spool.*"?stale"?:\s*1/s);
  expect((await results()).map(({ agentId }) => agentId)).toEqual(["b"]);
  expect((await register())?.value).toMatchObject({ running: true, attempt });
  await eventually(async () => expect(await spooledBytes()).toBe(0));
}, 120_000);

test("a result that a frozen broker stored after all is not stored again", async () => {
  const agent = await runningAgent();
  nats.freeze();
  await answerNow();
  // Sent, and not answered within five seconds.
  await eventually(async () => expect(await spooledBytes()).toBeGreaterThan(0), 30_000);
  // The agent stands still, with its connection open: what it sent is read, and it never sees an answer.
  agent.child.kill("SIGSTOP");
  nats.thaw();
  await eventually(async () => expect(await results()).toHaveLength(1), 30_000);
  await killed(agent.child);
  const again = startAgent();
  await says(again, /published from the spool/);
  expect(await results()).toHaveLength(1);
  expect((await register())?.value).toMatchObject({ running: false, slotAtMs });
}, 120_000);

test("an agent that is stopped while the broker is away leaves its result to its next start", async () => {
  const agent = await runningAgent({ OCELLI_AGENT__GRACE_SECONDS: "1" });
  await nats.kill();
  await answerNow();
  await eventually(async () => expect(await spooledBytes()).toBeGreaterThan(0));
  const ended = new Promise((resolve) => agent.child.once("exit", resolve));
  agent.child.kill("SIGTERM");
  await ended;
  expect(agent.lines).toMatch(/wait in the spool for the next start/);
  await nats.restart();
  const again = startAgent();
  await says(again, /published from the spool/);
  expect(await results()).toHaveLength(1);
}, 120_000);

test("a run that its own agent brings home after the outage leaves nothing in the spool", async () => {
  await runningAgent();
  await nats.kill();
  await answerNow();
  await eventually(async () => expect(await spooledBytes()).toBeGreaterThan(0));
  await nats.restart();
  await eventually(async () => expect((await register())?.value.running).toBe(false), 40_000);
  await eventually(async () => expect(await spooledBytes()).toBe(0));
  expect(await results()).toHaveLength(1);
}, 120_000);

test("a second agent with the same id and directory ends and says why", async () => {
  const first = startAgent();
  await says(first, /agent answers/);
  const second = startAgent();
  const code = await new Promise((resolve) => second.child.once("exit", resolve));
  expect(code).not.toBe(0);
  expect(second.lines).toMatch(/in use by another agent/);
}, 60_000);
