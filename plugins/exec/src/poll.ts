import { type Group, PollFault, type Resource, type ResourceContext, systemClock } from "@ocelli/plugin-sdk";
import { environmentOf } from "./environment.js";
import { factsOf } from "./facts.js";
import { KeptPool } from "./kept/kept-pool.js";
import { type LineOf, requestLine } from "./kept/request.js";
import { type Answer, outcomeOf } from "./outcome.js";
import { runOnce } from "./per-run.js";
import { keptPlanOf, type Plan } from "./plan.js";
import { Limiter } from "./program/limiter.js";
import { makeFifos } from "./program/make-fifos.js";
import { PipeSupply } from "./program/pipes.js";
import type { Supervision } from "./program/program.js";
import { Warden } from "./program/warden.js";
import type { ExecSettings } from "./settings.js";
import { fillArguments } from "./template/fill.js";
import { type TimeLimit, timeLimit } from "./time-limit.js";

const pipes = new PipeSupply({ makeFifos, clock: systemClock });
process.once("exit", () => pipes.close());
const supervision: Supervision = { pipes, warden: new Warden(() => pipes.directory) };

/** What is kept for a plugin from run to run, for one revision of its settings. */
interface Keeper {
  readonly limiter: Limiter;
  pool: KeptPool | undefined;
}

const keepers = new WeakMap<ExecSettings, Keeper>();
const newest = new Map<string, Keeper>();

/** Runs or asks the program once, for one resource. */
export async function poll(resource: Resource, ctx: ResourceContext<ExecSettings>): Promise<Group[]> {
  const plan = await keptPlanOf(ctx.settings);
  const { program } = plan;
  // It was there when the settings were looked at; that may be long ago, or on another machine.
  if (program.kind === "none") throw new PollFault("internal", `${program.summary}: ${program.detail}`);
  const keeper = keeperOf(ctx);
  const { concurrency } = ctx.settings.exec;
  if (!(await keeper.limiter.enter(limitOf(ctx, undefined).runMs, ctx.signal))) {
    const all = concurrency === 1 ? "the one program was" : `all ${concurrency} programs were`;
    const message = `${plan.name}: ${all} busy until the end of the run: raise [exec] concurrency`;
    throw new PollFault("timeout", message, { origin: "plugin" });
  }
  try {
    return outcomeOf(plan, await answerOf(plan, program.path, keeper, resource, ctx), ctx);
  } finally {
    keeper.limiter.leave();
  }
}

async function answerOf(
  plan: Plan,
  path: string,
  keeper: Keeper,
  resource: Resource,
  ctx: ResourceContext<ExecSettings>,
): Promise<Answer> {
  const limit = limitOf(ctx, ctx.settings.exec.timeout_s);
  if (ctx.settings.exec.mode === "per_run") return runOnce(plan, path, resource, limit, supervision, ctx);
  keeper.pool ??= poolOf(plan, path, ctx);
  const lineOf: LineOf = (id, leftMs) => requestLine(id, resource, leftMs, ctx);
  const idleMs = Math.max(60_000, 3 * ctx.frequencyMs);
  const answer = await keeper.pool.ask(lineOf, limit, idleMs, ctx.log, ctx.signal);
  return { ...answer, endWords: `answered with code ${answer.code}` };
}

function limitOf({ settings, deadlineAtMs }: ResourceContext<ExecSettings>, timeoutS: number | undefined): TimeLimit {
  return timeLimit(deadlineAtMs - systemClock.monotonicMs(), timeoutS, settings.exec.kill_after_s);
}

/** Settings that were not seen before are newer than all others of the plugin. */
function keeperOf({ plugin, settings }: ResourceContext<ExecSettings>): Keeper {
  const known = keepers.get(settings);
  if (known) return known;
  const keeper: Keeper = { limiter: new Limiter(settings.exec.concurrency), pool: undefined };
  keepers.set(settings, keeper);
  newest.get(plugin)?.pool?.retire();
  newest.set(plugin, keeper);
  return keeper;
}

function poolOf(plan: Plan, path: string, ctx: ResourceContext<ExecSettings>): KeptPool {
  const facts = factsOf(ctx, undefined, 0);
  const { args, refused } = fillArguments(plan.args, facts);
  const environment = environmentOf(plan, facts);
  const reasons = [...refused, ...environment.refused];
  if (reasons.length > 0) throw new PollFault("internal", reasons.join("; "), { origin: "host" });
  const { name, directory } = plan;
  const maxOutputBytes = ctx.settings.exec.max_output_bytes;
  const start = { path, args, environment: environment.variables, directory, name, maxOutputBytes };
  return new KeptPool(start, supervision, systemClock);
}
