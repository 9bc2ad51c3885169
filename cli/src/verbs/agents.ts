import { nearest } from "@ocelli/model";
import { Command } from "commander";
import { contextOf } from "../context.js";
import { span } from "../display/span.js";
import { Exit, exitCodes } from "../exit-codes.js";
import { type AgentPeer, askAll, type MeshClient, openMesh } from "../mesh.js";
import { spanOption } from "../option-parsers.js";
import { printRows, say } from "../output.js";
import { verbGroup } from "../verb-group.js";
import { skewText } from "../views/clock-skew.js";
import { agentsRunsCommand } from "./agents-runs.js";

export function agentsCommand(): Command {
  const others = [agentsRunsCommand(), drainCommand(), undrainCommand()];
  return verbGroup("agents", "who does the work, and what is being done", listCommand(), others);
}

function listCommand(): Command {
  return new Command("list")
    .description("the agents, their load and their plugins")
    .action(async (_options: object, command: Command) => {
      const { format, clock, colors, ...context } = contextOf(command);
      using mesh = await openMesh(context);
      const { services } = await mesh.services();
      const { answers, silent } = await askAll(mesh.agentsOf(services), (client) => client.getStatus({}));
      const nowMs = clock.nowMs();
      const rows = services
        .filter(({ kind }) => kind === "agent")
        .map(({ id, endpoint, host, pid, version, startedAtMs, clockSkewMs = 0n }) => {
          const status = answers.find((one) => one.id === id)?.answer;
          const reports = status?.status?.reports ?? [];
          return {
            ...{ id, endpoint, host, pid, version, startedAtMs: Number(startedAtMs), answers: status !== undefined },
            clockSkewMs: Number(clockSkewMs),
            inFlight: status?.inFlight ?? 0,
            maxInFlight: status?.maxInFlight ?? 0,
            publishing: status?.publishing ?? 0,
            draining: status?.status?.draining ?? false,
            brokerKnown: status?.brokerKnown ?? false,
            pluginsReady: reports.filter(({ revision }) => revision !== "").length,
            plugins: reports.length,
            counters: Object.fromEntries((status?.counters ?? []).map(({ name, count }) => [name, Number(count)])),
          };
        });
      printRows(
        rows,
        [
          { title: "agent", of: ({ id }) => id },
          { title: "endpoint", of: ({ endpoint }) => endpoint },
          { title: "version", of: ({ version }) => version },
          { title: "up", of: ({ startedAtMs }) => span(Math.max(0, nowMs - startedAtMs)) },
          {
            title: "in flight",
            of: (row) => (row.answers ? `${row.inFlight}/${row.maxInFlight}` : "-"),
            align: "right",
          },
          { title: "plugins", of: (row) => (row.answers ? `${row.pluginsReady}/${row.plugins}` : "-"), align: "right" },
          {
            title: "state",
            of: (row) => stateOf(row),
            paint: (row) => (stateOf(row) === "works" ? colors.green : colors.yellow),
          },
        ],
        format,
        "no agent is running",
      );
      for (const { reason } of silent) say(reason);
      if (silent.length > 0 || rows.length === 0) throw new Exit(exitCodes.bad);
    });
}

function stateOf(row: {
  readonly answers: boolean;
  readonly draining: boolean;
  readonly brokerKnown: boolean;
  readonly clockSkewMs: number;
}): string {
  if (!row.answers) return "does not answer";
  if (row.draining) return "draining";
  if (!row.brokerKnown) return "waits for the broker";
  const skew = skewText(row.clockSkewMs);
  return skew === "" ? "works" : `works, clock ${skew}`;
}

/** Without a word of how long, the agent's own grace time counts, which nobody here knows. */
const drainPatienceMs = 600_000;
const slackMs = 5_000;

function drainCommand(): Command {
  return new Command("drain")
    .description("let an agent take no new work, and wait until what runs is done; ends with 1 where it is not in time")
    .argument("<id>", "the agent")
    .option("--grace <span>", "how long running work may take, such as 30s", spanOption, 0)
    .action(async (id: string, { grace: graceMs }: { grace: number }, command: Command) => {
      using mesh = await openMesh(contextOf(command));
      const { client } = await agentOf(mesh, id);
      const timeoutMs = graceMs > 0 ? graceMs + slackMs : drainPatienceMs;
      const { left } = await client.drain({ graceMs }, { timeoutMs });
      if (left > 0) throw new Exit(exitCodes.bad, `${id} takes no new work; ${left} runs were still going`);
      say(`${id} takes no new work and is idle; it goes on with "ocelli agents undrain ${id}"`);
    });
}

function undrainCommand(): Command {
  return new Command("undrain")
    .description("let a drained agent take work again")
    .argument("<id>", "the agent")
    .action(async (id: string, _options: object, command: Command) => {
      using mesh = await openMesh(contextOf(command));
      const { client } = await agentOf(mesh, id);
      await client.undrain({});
      say(`${id} takes work again`);
    });
}

async function agentOf(mesh: MeshClient, id: string): Promise<AgentPeer> {
  const agents = await mesh.agents();
  const agent = agents.find((one) => one.id === id);
  if (agent) return agent;
  const ids = agents.map((one) => one.id);
  const near = nearest(id, ids);
  const hint =
    near !== undefined ? `did you mean ${near}?` : ids.length > 0 ? `there are ${ids.join(", ")}` : "none is running";
  throw new Exit(exitCodes.bad, `there is no agent ${id}; ${hint}`);
}
