import { parseFilter, pointAt } from "@ocelli/model";
import { Command } from "commander";
import { type Context, contextOf } from "../context.js";
import { Exit, exitCodes } from "../exit-codes.js";
import { openMesh } from "../mesh.js";
import { countOption } from "../option-parsers.js";
import { printRows, say } from "../output.js";
import { type ResourceView, resourceColumns, resourceView } from "../views/resource-view.js";

const defaultLimit = 100;
const pageSize = 1_000;
const limitHelp = "how many at most, 0 for all";

export function resourcesListCommand(): Command {
  return new Command("list")
    .description("the resources that are known")
    .option("--filter <expr>", "only those that match, in the filter language", "")
    .option("--limit <n>", limitHelp, countOption(0), defaultLimit)
    .action(async ({ filter, limit }: { filter: string; limit: number }, command: Command) => {
      await list(filter, limit, contextOf(command));
    });
}

export function resourcesMatchCommand(): Command {
  return new Command("match")
    .description(
      `the resources that match a filter, such as 'resource_type LIKE "cisco%"'; ends with 1 where none does`,
    )
    .argument("<expr>", "the filter")
    .option("--limit <n>", limitHelp, countOption(0), defaultLimit)
    .action(async (filter: string, { limit }: { limit: number }, command: Command) => {
      const found = await list(filter, limit, contextOf(command));
      if (found === 0) throw new Exit(exitCodes.bad);
    });
}

async function list(filter: string, limit: number, { format, clock, ...options }: Context): Promise<number> {
  refuseBadFilter(filter);
  using mesh = await openMesh(options);
  const most = limit === 0 ? Number.POSITIVE_INFINITY : limit;
  const resources: ResourceView[] = [];
  let total = 0;
  let pageToken = "";
  do {
    const size = Math.min(pageSize, most - resources.length);
    const page = await mesh.registry.listResources({ filter, pageSize: size, pageToken });
    resources.push(...page.resources.map(resourceView).filter((view) => view !== undefined));
    total = page.total;
    pageToken = page.nextPageToken;
  } while (pageToken !== "" && resources.length < most);
  printRows(resources, resourceColumns(clock.nowMs()), format, filter === "" ? "no resources" : "no resource matches");
  if (total > resources.length) say(`${resources.length} of ${total} shown; more with --limit N, all with --limit 0`);
  return resources.length;
}

/** Throws what is wrong with a filter, with a caret under each place. */
function refuseBadFilter(filter: string): void {
  const parsed = parseFilter(filter);
  if (parsed.kind === "ok") return;
  const problems = parsed.problems.map((problem) => `${problem.message}\n${pointAt(filter, problem)}`);
  throw new Exit(exitCodes.usage, `the filter cannot be read:\n${problems.join("\n")}`);
}
