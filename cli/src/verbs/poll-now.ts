import { type Clock, linkSignals, type Result } from "@ocelli/model";
import { PollNowOutcome } from "@ocelli/proto/scheduler";
import { Command } from "commander";
import { contextOf } from "../context.js";
import { toJson } from "../display/json.js";
import { span } from "../display/span.js";
import { pollNowWord } from "../display/words.js";
import { Exit, exitCodes } from "../exit-codes.js";
import { followFeed } from "../feed/follow-feed.js";
import { PartJoiner } from "../feed/join-parts.js";
import { anyScheduler, type MeshClient, openMesh } from "../mesh.js";
import { print, say } from "../output.js";
import { foundText, summaryText } from "../views/found-text.js";
import { resultView } from "../views/result-view.js";

interface PollNowOptions {
  readonly force?: boolean;
  readonly wait?: boolean;
}

export function pollNowCommand(): Command {
  return new Command("now")
    .description(
      "ask for a run outside the schedule; refused with the time left where the last one was too short ago (then it ends with 1)",
    )
    .argument("<plugin>", "the plugin")
    .argument("[resource]", "the resource; none for a discovery")
    .option("--force", "run although the last run was too short ago; never while one runs")
    .option("--wait", "wait for the result and print it; ends with 1 where the run failed")
    .action(async (plugin: string, resourceId: string | undefined, options: PollNowOptions, command: Command) => {
      const { format, clock, ...context } = contextOf(command);
      using mesh = await openMesh(context);
      const wish = { plugin, resourceId: resourceId ?? "", force: options.force ?? false };
      if (!options.wait) {
        const sent = await ask(mesh, wish);
        if (format !== "table") print(`${toJson(sent)}\n`);
        return;
      }
      const result = await pollAndWait(mesh, wish, { clock, timeoutMs: context.timeoutMs });
      print(format === "table" ? foundText(result) : `${toJson(resultView(result))}\n`);
      const tookMs = result.finishedAtMs - result.startedAtMs;
      say(`${summaryText(result)}, took ${span(tookMs)} on ${result.agentId}`);
      if (result.status !== "success") throw new Exit(exitCodes.bad);
    });
}

interface Wish {
  readonly plugin: string;
  readonly resourceId: string;
  readonly force: boolean;
}

/** Throws an Exit with the scheduler's words where it is refused. */
async function ask(mesh: MeshClient, wish: Wish): Promise<{ slotAtMs: number; outcome: string; message: string }> {
  const { outcome, slotAtMs, waitMs, message } = await anyScheduler(mesh, (client) => client.pollNow(wish));
  if (outcome === PollNowOutcome.SENT) {
    say(message || "a task was sent");
    return { outcome: pollNowWord(outcome), slotAtMs: Number(slotAtMs), message };
  }
  const left = waitMs > 0n && !/\d/.test(message) ? `; ${span(Number(waitMs))} left` : "";
  throw new Exit(exitCodes.bad, `${message || refusals[outcome] || "it was refused"}${left}`);
}

const refusals: Readonly<Record<number, string>> = {
  [PollNowOutcome.TOO_SOON]: "it is too soon after the last run",
  [PollNowOutcome.RUNNING]: "it runs already",
  [PollNowOutcome.PENDING]: "a task of it is waiting already",
  [PollNowOutcome.DEVICE_BUSY]: "its device is busy",
};

/** Added to the time a run may take: the way of the task to the agent, and of the result back. */
const wayMs = 15_000;

/** Listens first and asks then, so that no result is too fast to be seen. */
async function pollAndWait(
  mesh: MeshClient,
  wish: Wish,
  { clock, timeoutMs }: { readonly clock: Clock; readonly timeoutMs: number | undefined },
): Promise<Result> {
  const { plugin } = await mesh.registry.getPlugin({ name: wish.plugin });
  const patienceMs = timeoutMs ?? (plugin?.record?.active?.timeoutMs ?? 0) + wayMs;
  using waiting = linkSignals();
  const feedWish = { plugin: wish.plugin, resourceId: wish.resourceId, noEvents: true };
  const joiner = new PartJoiner();
  let slotAtMs: number | undefined;
  const timer = linkSignals(waiting.signal);
  try {
    for await (const entry of followFeed({ feed: mesh.feed, clock, say }, feedWish, waiting.signal)) {
      if (entry.kind === "started") {
        ({ slotAtMs } = await ask(mesh, wish));
        void clock.sleep(patienceMs, timer.signal).then(() => waiting.abort());
      } else if (entry.kind === "result") {
        const result = joiner.take(entry.result);
        if (result && result.slotAtMs === slotAtMs && (result.resource?.id ?? "") === wish.resourceId) return result;
      }
    }
  } finally {
    timer.abort();
  }
  const hint = wish.resourceId === "" ? "" : `; see "ocelli resources why ${wish.resourceId}"`;
  throw new Exit(exitCodes.bad, `no result within ${span(patienceMs)}${hint}`);
}
