import { Command } from "commander";
import { contextOf } from "../context.js";
import { paintOf } from "../display/colors.js";
import { ago, span } from "../display/span.js";
import { Exit, exitCodes } from "../exit-codes.js";
import { askAll, openMesh } from "../mesh.js";
import { countOption } from "../option-parsers.js";
import { printRows, say } from "../output.js";
import { type RunView, runView } from "../views/run-view.js";

interface RunsOptions {
  readonly plugin?: string;
  readonly resource?: string;
  readonly limit: number;
}

const defaultLimit = 20;

export function agentsRunsCommand(): Command {
  return new Command("runs")
    .description("what runs now, longest first, and what ran last, newest first")
    .argument("[id]", "only on this agent")
    .option("--plugin <name>", "only of this plugin")
    .option("--resource <id>", "only against this resource")
    .option("--limit <n>", "how many finished runs at most", countOption(0), defaultLimit)
    .action(async (id: string | undefined, options: RunsOptions, command: Command) => {
      const { format, clock, colors, ...context } = contextOf(command);
      const { plugin = "", resource = "", limit } = options;
      using mesh = await openMesh(context);
      const agents = (await mesh.agents()).filter((agent) => id === undefined || agent.id === id);
      if (agents.length === 0)
        throw new Exit(exitCodes.bad, id === undefined ? "no agent is running" : `there is no agent ${id}`);
      const { answers, silent } = await askAll(agents, async (client) => {
        const [now, last] = await Promise.all([
          client.listRuns({}),
          limit === 0 ? { runs: [] } : client.listLastRuns({ plugin, resourceId: resource, limit }),
        ]);
        return { now: now.runs, last: last.runs };
      });
      const isWanted = (run: RunView): boolean =>
        (plugin === "" || run.plugin === plugin) && (resource === "" || run.resourceId === resource);
      const running = answers.flatMap(({ id: agentId, answer }) =>
        answer.now.map((run) => runView(run, agentId, true)),
      );
      const finished = answers.flatMap(({ id: agentId, answer }) =>
        answer.last.map((run) => runView(run, agentId, false)),
      );
      const rows = [
        ...running.filter(isWanted).sort((a, b) => b.tookMs - a.tookMs),
        ...finished.sort((a, b) => b.startedAtMs - a.startedAtMs).slice(0, limit),
      ];
      const nowMs = clock.nowMs();
      printRows(
        rows,
        [
          { title: "plugin", of: (run) => run.plugin },
          { title: "resource", of: (run) => run.resourceId || "-" },
          { title: "agent", of: (run) => run.agentId },
          { title: "started", of: (run) => ago(run.startedAtMs, nowMs) },
          { title: "took", of: (run) => span(run.tookMs), align: "right" },
          { title: "found", of: (run) => (run.running ? "-" : String(run.found)), align: "right" },
          {
            title: "state",
            of: (run) => (run.running ? "runs" : run.status),
            paint: (run) => (run.running ? colors.cyan : paintOf(run.status, colors)),
          },
          { title: "why", of: (run) => run.message },
        ],
        format,
        "nothing runs, and nothing ran",
      );
      for (const { reason } of silent) say(reason);
      if (silent.length > 0) throw new Exit(exitCodes.unreachable);
    });
}
