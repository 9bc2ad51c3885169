import { Command } from "commander";
import { contextOf } from "../context.js";
import { Exit, exitCodes } from "../exit-codes.js";
import { askAll, openMesh, type SchedulerPeer } from "../mesh.js";
import { countOption } from "../option-parsers.js";
import { printRows, say } from "../output.js";
import { type PairView, pairColumns, pairView } from "../views/pair-view.js";

const defaultLimit = 20;

interface DueOptions {
  readonly plugin?: string;
  readonly resource?: string;
  readonly limit: number;
}

export function dueCommand(): Command {
  return new Command("due")
    .description("what runs next, soonest first")
    .option("--plugin <name>", "only of this plugin")
    .option("--resource <id>", "only of this resource")
    .option("--limit <n>", "how many at most", countOption(1), defaultLimit)
    .action(async ({ plugin = "", resource = "", limit }: DueOptions, command: Command) => {
      const ask = (client: SchedulerPeer["client"]) => client.listDue({ plugin, resourceId: resource, limit });
      await printPairs(command, ask, (a, b) => a.nextSlotAtMs - b.nextSlotAtMs, { limit, none: "nothing is due" });
    });
}

export function lateCommand(): Command {
  return new Command("late")
    .description("what should have run and did not, latest first, and why; ends with 1 where there is any")
    .option("--limit <n>", "how many at most", countOption(1), 100)
    .action(async ({ limit }: { limit: number }, command: Command) => {
      const ask = (client: SchedulerPeer["client"]) => client.listLate({ limit });
      const late = await printPairs(command, ask, (a, b) => b.lateMs - a.lateMs, { limit, none: "nothing is late" });
      if (late > 0) throw new Exit(exitCodes.bad);
    });
}

async function printPairs(
  command: Command,
  ask: (client: SchedulerPeer["client"]) => Promise<{ pairs: Parameters<typeof pairView>[0][] }>,
  order: (a: PairView, b: PairView) => number,
  { limit, none }: { readonly limit: number; readonly none: string },
): Promise<number> {
  const { format, clock, ...context } = contextOf(command);
  using mesh = await openMesh(context);
  const { answers, silent } = await askAll(await mesh.schedulers(), async (client) => {
    const [{ pairs }, { brokerNowMs }] = await Promise.all([ask(client), client.getStatus({})]);
    return { pairs: pairs.map(pairView), brokerNowMs: Number(brokerNowMs) };
  });
  const pairs = answers
    .flatMap(({ answer }) => answer.pairs)
    .sort(order)
    .slice(0, limit);
  const nowMs = Math.max(0, ...answers.map(({ answer }) => answer.brokerNowMs)) || clock.nowMs();
  if (answers.length > 0) printRows(pairs, pairColumns(nowMs), format, none);
  for (const { reason } of silent) say(reason);
  // An answer with a part missing must not pass for a whole one.
  if (silent.length > 0) throw new Exit(exitCodes.unreachable);
  return pairs.length;
}
