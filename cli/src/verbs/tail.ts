import { Command } from "commander";
import { type Context, contextOf } from "../context.js";
import { toJson } from "../display/json.js";
import { type FeedEntry, followFeed } from "../feed/follow-feed.js";
import { PartJoiner } from "../feed/join-parts.js";
import { interruption } from "../interruption.js";
import { eventLine, resultLine } from "../live-line.js";
import { openMesh } from "../mesh.js";
import { countOption, spanOption } from "../option-parsers.js";
import { print, say } from "../output.js";
import { eventView, resultView } from "../views/result-view.js";

interface TailOptions {
  readonly plugin?: string;
  readonly resource?: string;
  /** In ms. */
  readonly since?: number;
  readonly eventsOnly?: boolean;
  readonly resultsOnly?: boolean;
  readonly limit?: number;
}

export function tailCommand(): Command {
  return new Command("tail")
    .description("follow results and events as they happen, until Ctrl-C")
    .option("--plugin <name>", "only of this plugin")
    .option("--resource <id>", "only of this resource")
    .option("--since <span>", "also what happened before, such as 5m", spanOption)
    .option("--events-only", "no results")
    .option("--results-only", "no events")
    .option("--limit <n>", "end after so many", countOption(1))
    .action(async (options: TailOptions, command: Command) => {
      if (options.eventsOnly && options.resultsOnly)
        command.error("error: --events-only and --results-only leave nothing");
      await tail(options, contextOf(command), interruption());
    });
}

async function tail(options: TailOptions, context: Context, signal: AbortSignal): Promise<void> {
  const { plugin = "", resource = "", since = 0, limit = Number.POSITIVE_INFINITY } = options;
  using mesh = await openMesh(context);
  const wish = {
    plugin,
    resourceId: resource,
    sinceS: Math.ceil(since / 1000),
    noResults: options.eventsOnly ?? false,
    noEvents: options.resultsOnly ?? false,
  };
  const joiner = new PartJoiner();
  let shown = 0;
  for await (const entry of followFeed({ feed: mesh.feed, clock: context.clock, say }, wish, signal)) {
    if (entry.kind === "started" && context.format === "table") say("following; stop with Ctrl-C");
    const line = lineOf(entry, joiner, context);
    if (line === undefined) continue;
    print(`${line}\n`);
    shown += 1;
    if (shown >= limit) return;
  }
}

/** A stream has no end, so `json` is one value a line as `jsonl` is. */
function lineOf(entry: FeedEntry, joiner: PartJoiner, { format, colors }: Context): string | undefined {
  switch (entry.kind) {
    case "started":
      return undefined;
    case "event":
      return format === "table" ? eventLine(entry.event, colors) : toJson(eventView(entry.event));
    case "result": {
      const result = joiner.take(entry.result);
      if (!result) return undefined;
      return format === "table" ? resultLine(result, colors) : toJson(resultView(result));
    }
  }
}
