import { expect, test } from "vitest";
import { pairOf, pluginOf, reportOf } from "../testing/builders.js";
import { attention } from "./attention.js";
import type { AgentView, MeshState, ProcessView } from "./gather.js";

function processOf(kind: string, change: Partial<ProcessView> = {}): ProcessView {
  const fixed = {
    endpoint: "127.0.0.1:1",
    host: "h",
    pid: 1,
    version: "0.1.0",
    startedAtMs: 0,
    clockSkewMs: 0,
    silent: "",
  };
  return { kind, id: `${kind}-1`, leader: kind === "registry", ...fixed, ...change };
}

const agent: AgentView = {
  id: "agent-1",
  inFlight: 0,
  maxInFlight: 10,
  publishing: 0,
  draining: false,
  brokerKnown: true,
};
const scheduler = { id: "scheduler-1", leads: [0, 1], pairs: 3, tasksSent: 9, brokerKnown: true };

function stateOf(change: Partial<MeshState> = {}): MeshState {
  return {
    mesh: "m",
    broker: "nats://127.0.0.1:4222",
    processes: [processOf("registry"), processOf("scheduler"), processOf("agent")],
    partitions: 2,
    unled: [],
    schedulers: [scheduler],
    agents: [agent],
    plugins: [pluginOf()],
    pausedPlugins: [],
    missed: [],
    late: [],
    ...change,
  };
}

const typo = { file: "/p/a", line: 4, message: "no" };

test.for([
  { why: "a mesh that runs", state: stateOf() },
  { why: "a pause, which somebody wished", state: stateOf({ plugins: [pluginOf({ state: "paused" })] }) },
  {
    why: "slots that were missed in the past",
    state: stateOf({ missed: [{ plugin: "p", reason: "running", slots: 3 }] }),
  },
  { why: "a pair that is late by a moment", state: stateOf({ late: [pairOf({ lateMs: 4_000 })] }) },
  { why: "one of two agents that drains", state: stateOf({ agents: [agent, { ...agent, id: "b", draining: true }] }) },
  {
    why: "a new file that nobody has looked at yet",
    state: stateOf({ plugins: [pluginOf({ state: "waiting", agents: [] })] }),
  },
  {
    why: "a module that is just starting",
    state: stateOf({ plugins: [pluginOf({ state: "waiting", agents: [reportOf({ state: "starting" })] })] }),
  },
  {
    why: "a second registry that stands by",
    state: stateOf({ processes: [...stateOf().processes, processOf("registry", { leader: false })] }),
  },
])("needs no attention: $why", ({ state }) => expect(attention(state)).toEqual([]));

test.for([
  {
    why: "no agent",
    state: stateOf({ processes: [processOf("registry"), processOf("scheduler")], agents: [] }),
    says: "no agent is running: nothing is polled",
  },
  {
    why: "a clock that is behind",
    state: stateOf({ processes: [...stateOf().processes, processOf("agent", { clockSkewMs: -600_000 })] }),
    says: "the clock of agent-1 is 10 min behind the broker's",
  },
  {
    why: "no scheduler",
    state: stateOf({ processes: [processOf("registry"), processOf("agent")], schedulers: [] }),
    says: "no scheduler is running: nothing is started",
  },
  {
    why: "no registry that leads",
    state: stateOf({
      processes: [processOf("registry", { leader: false }), processOf("scheduler"), processOf("agent")],
    }),
    says: /^no registry leads/,
  },
  {
    why: "a process that does not answer, with its reason",
    state: stateOf({
      processes: [...stateOf().processes, processOf("agent", { id: "agent-2", silent: "agent-2 is away" })],
    }),
    says: "agent-2 is away",
  },
  { why: "partitions without leader", state: stateOf({ unled: [1] }), says: /^partitions 1 are led by no scheduler/ },
  {
    why: "an agent without broker",
    state: stateOf({ agents: [{ ...agent, brokerKnown: false }] }),
    says: /^agent-1 is not sure of the broker/,
  },
  {
    why: "a mesh whose agents all drain",
    state: stateOf({ agents: [{ ...agent, draining: true }] }),
    says: /^every agent is draining/,
  },
  {
    why: "a refused file",
    state: stateOf({ plugins: [pluginOf({ state: "refused", active: false, problems: [typo] })] }),
    says: "plugin ping is refused\n    /p/a:4: no",
  },
  {
    why: "a file that is refused while the older one goes on",
    state: stateOf({ plugins: [pluginOf({ problems: [typo] })] }),
    says: "plugin ping is ready\n    the newest file is refused, what ran before goes on:\n    /p/a:4: no",
  },
  {
    why: "a module that does not start",
    state: stateOf({
      plugins: [pluginOf({ state: "failed", agents: [reportOf({ state: "failed", reason: "died" })] })],
    }),
    says: "plugin ping is failed\n    on agent-1 failed: died",
  },
  {
    why: "a module that no agent has, though it only waits",
    state: stateOf({
      plugins: [pluginOf({ state: "waiting", agents: [reportOf({ state: "absent", reason: "/x does not exist" })] })],
    }),
    says: "plugin ping is waiting\n    on agent-1 absent: /x does not exist",
  },
  {
    why: "a module that is started again and again",
    state: stateOf({
      plugins: [pluginOf({ state: "waiting", agents: [reportOf({ state: "starting", restarts: 2 })] })],
    }),
    says: "plugin ping is waiting\n    on agent-1 starting (restarted 2 times)",
  },
  {
    why: "pairs that are late, the latest first and few of many",
    state: stateOf({
      late: Array.from({ length: 7 }, (_, i) => pairOf({ resourceId: `r${i}`, lateMs: 90_000, reason: "no_agent" })),
    }),
    says: /^7 pairs are late\n {4}ping on r0 by 1 min 30 s: no agent runs the plugin\n(.*\n){4} {4}and 2 more: see "ocelli late"$/,
  },
])("needs attention: $why", ({ state, says }) => {
  const sentences = attention(state).join("\n");
  if (typeof says === "string") expect(sentences).toBe(says);
  else expect(sentences).toMatch(says);
});
