import { PollFault, type Resource, type ResourceContext } from "@ocelli/plugin-sdk";
import { environmentOf } from "./environment.js";
import { factsOf } from "./facts.js";
import type { Answer } from "./outcome.js";
import type { Plan } from "./plan.js";
import { type Supervision, startProgram } from "./program/program.js";
import { StderrLines } from "./program/stderr-lines.js";
import { endWords, withLastLines } from "./program/why-it-ended.js";
import type { ExecSettings } from "./settings.js";
import { fillArguments } from "./template/fill.js";
import type { TimeLimit } from "./time-limit.js";

/** Starts the program, waits for its end and returns what it said. Throws PollFault where it takes too long or writes too
 *  much; nothing of it is left then. */
export async function runOnce(
  plan: Plan,
  path: string,
  resource: Resource,
  limit: TimeLimit,
  supervision: Supervision,
  ctx: ResourceContext<ExecSettings>,
): Promise<Answer> {
  const { max_output_bytes: maxBytes } = plan.settings.exec;
  const facts = factsOf(ctx, resource, limit.runMs);
  const { args, refused } = fillArguments(plan.args, facts);
  const environment = environmentOf(plan, facts);
  const reasons = [...refused, ...environment.refused];
  if (reasons.length > 0) throw new PollFault("internal", reasons.join("; "), { origin: "target" });

  const stop = new AbortController();
  const stderr = new StderrLines((line) => ctx.log.warn({ line }, "the program writes to stderr"));
  const stdout: Uint8Array[] = [];
  const bytes = { stdout: 0, stderr: 0 };
  const take = (stream: "stdout" | "stderr", chunk: Uint8Array): boolean => {
    bytes[stream] += chunk.length;
    if (bytes[stream] <= maxBytes) return true;
    const message = `${plan.name} wrote more than ${maxBytes} bytes to ${stream} and was ended`;
    stop.abort(new PollFault("internal", `${message}: raise [exec] max_output_bytes where so much is meant`));
    return false;
  };
  const program = await startProgram(
    {
      path,
      args,
      environment: environment.variables,
      directory: plan.directory,
      asks: false,
      onStdout: (chunk) => void (take("stdout", chunk) && stdout.push(chunk)),
      onStderr: (chunk) => void (take("stderr", chunk) && stderr.push(chunk)),
    },
    supervision,
    ctx.log,
  );
  const timer = setTimeout(() => stop.abort("late"), limit.runMs);
  const onCancel = (): void => stop.abort(ctx.signal.reason);
  ctx.signal.addEventListener("abort", onCancel, { once: true });
  if (ctx.signal.aborted) onCancel();
  const end = (): void => void program.stop(limit.graceMs);
  stop.signal.addEventListener("abort", end, { once: true });
  if (stop.signal.aborted) end();
  const ended = await program.ended;
  if (stop.signal.aborted) await program.stop(limit.graceMs);
  clearTimeout(timer);
  ctx.signal.removeEventListener("abort", onCancel);
  const lastLines = stderr.end();
  if (stop.signal.reason instanceof PollFault) throw stop.signal.reason;
  if (stop.signal.aborted) {
    const took = `${plan.name} did not end within ${(limit.runMs / 1000).toFixed(1)} s and was ended`;
    throw new PollFault("timeout", withLastLines(took, lastLines));
  }
  if (ended.error) {
    throw new PollFault("internal", `${plan.name} ${endWords(ended)}`, { cause: ended.error });
  }
  return {
    stdout: new TextDecoder().decode(Buffer.concat(stdout)),
    code: ended.code ?? undefined,
    endWords: endWords(ended),
    lastLines,
    fault: undefined,
  };
}
