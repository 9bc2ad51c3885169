import { expect, test } from "vitest";
import { anAgent, startMs } from "../testing/builders.js";
import { Agents } from "./agents.js";

function standingAt(agents: Agents, nowMs: number) {
  const { ready, everReady, kind } = agents.standings(nowMs).get("p") ?? {};
  return { ready, everReady, kind };
}

test.for([
  {
    why: "an agent that reports it ready",
    agent: anAgent("a", { p: "ready" }),
    afterMs: 1_000,
    want: { ready: true, everReady: true },
  },
  {
    why: "an agent whose lease is over was ready once",
    agent: anAgent("a", { p: "ready" }),
    afterMs: 15_000,
    want: { ready: false, everReady: true },
  },
  {
    why: "an agent that drains takes no work",
    agent: anAgent("a", { p: "ready" }, true),
    afterMs: 0,
    want: { ready: false, everReady: true },
  },
  {
    why: "a module that starts is not ready yet",
    agent: anAgent("a", { p: "starting" }),
    afterMs: 0,
    want: { ready: false, everReady: false },
  },
] as const)("$why", ({ agent, afterMs, want }) => {
  const agents = new Agents();
  agents.put(agent, startMs);
  expect(standingAt(agents, startMs + afterMs)).toEqual({ ...want, kind: "polling" });
});

test("one ready agent of several is enough, whatever the others say", () => {
  const agents = new Agents();
  agents.put(anAgent("a", { p: "failed" }), startMs);
  agents.put(anAgent("b", { p: "ready" }), startMs);
  agents.put(anAgent("c", { p: "absent" }), startMs);
  expect(standingAt(agents, startMs).ready).toBe(true);
  agents.gone("b");
  expect(standingAt(agents, startMs).ready).toBe(false);
});

test("agents that lived when the broker went away are given time to say so again", () => {
  const agents = new Agents();
  agents.put(anAgent("alive", { p: "ready" }), startMs + 10_000);
  agents.brokerBack(startMs + 12_000, startMs + 60_000);
  expect(standingAt(agents, startMs + 60_500).ready).toBe(true);
  expect(standingAt(agents, startMs + 80_000).ready).toBe(false);
});

test("agents that were dead before the broker went away stay dead", () => {
  const agents = new Agents();
  agents.put(anAgent("dead", { p: "ready" }), startMs - 60_000);
  agents.brokerBack(startMs + 12_000, startMs + 60_000);
  expect(standingAt(agents, startMs + 60_500).ready).toBe(false);
});
