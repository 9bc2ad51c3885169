import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { type Clock, messageOf, type PluginSpec } from "@ocelli/model";
import {
  type ChildModule,
  judge,
  type ModuleLine,
  type ProcessEnd,
  resolveCommand,
  type StartOutcome,
} from "@ocelli/module-host";
import { findings, findingText } from "../check-files/finding.js";
import { agentStartMs, referencesOf, stopGraceMs } from "../child-modules.js";
import { shownPath } from "../display/path.js";
import { span } from "../display/span.js";
import { Exit } from "../exit-codes.js";
import { onceTarget } from "../one-shot/target.js";
import { sdkRoot } from "../plugin-new/languages.js";
import { buildStepOf } from "../plugin-run/build-step.js";
import { findModule } from "../plugin-run/module-folder.js";
import { staleSource } from "../plugin-run/stale-build.js";
import { type StartPlace, startAdvice } from "./start-advice.js";
import { bad, odd, ok, type Step } from "./step.js";

export interface Patient {
  readonly path: string;
  /** The data directory, which plugin files may refer to. */
  readonly data: string;
  readonly clock: Clock;
  readonly start: (path: string, signal: AbortSignal, onLine: (line: ModuleLine) => void) => Promise<StartOutcome>;
}

/** How many prints are shown. */
const printsShown = 3;

/** Looks at a module step by step, as an agent meets it. Ends with the first step that is bad, for the next ones need it. */
export async function* examine(patient: Patient, signal: AbortSignal): AsyncGenerator<Step> {
  const { path } = patient;
  const found = await findModule(path, undefined);
  const look = await stat(path).catch(() => undefined);
  if (!look)
    return yield bad(
      "path",
      `${shownPath(path)} does not exist`,
      "Name the folder of a module, its file, or a plugin file.",
    );
  yield ok(
    "path",
    `${shownPath(found.path)}${look.isDirectory() && found.path === path ? " (no plugin file in it)" : ""}`,
  );
  const spec = await specOf(found.path);
  if (!spec.isGood) return yield bad("plugin file", spec.seen, "Correct these lines.");
  if (spec.spec.revision !== "once")
    yield ok("plugin file", `${spec.spec.name}, ${spec.spec.service ?? "the module's only service"}`);

  const module = spec.spec.module;
  const command = await resolveCommand(module);
  if (command.kind !== "command") return yield bad("command", command.reason, "");
  yield ok("command", command.argv.join(" "));
  const step = await buildStepOf(command.directory);
  const stale = step && (await staleSource(step));
  if (step && stale !== undefined)
    yield odd("build", `${stale} is newer than what is built`, `Run ${step.argv.join(" ")}.`);

  const prints: string[] = [];
  const onLine = ({ stream, text }: ModuleLine): void => void (stream === "stdout" && prints.push(text));
  const startedMs = patient.clock.monotonicMs();
  const outcome = await patient.start(module, signal, onLine);
  if (outcome.kind === "failed") {
    yield failedStart(outcome, {
      folder: resolve(command.directory),
      argv: command.argv,
      pythonSdk: sdkRoot({ sdk: "python" }),
    });
    return;
  }
  const tookMs = patient.clock.monotonicMs() - startedMs;
  try {
    yield startStep(tookMs);
    yield* examineRunning(outcome.module, spec.spec, patient.data, signal);
    if (prints.length > 0) yield printsStep(prints);
  } finally {
    await (signal.aborted ? outcome.module.kill() : outcome.module.stop(stopGraceMs, "it was examined"));
  }
  await outcome.module.ended;
  yield endStep(await outcome.module.end);
}

function startStep(tookMs: number): Step {
  const seen = `it answers after ${span(tookMs)}`;
  if (tookMs <= agentStartMs) return ok("start", seen);
  const advice = `An agent waits ${span(agentStartMs)}: serve first, load later; or raise [agent] start_timeout_seconds.`;
  return odd("start", seen, advice);
}

const startSteps = {
  command: "command",
  process: "start",
  socket: "start",
  handshake: "handshake",
  version: "handshake",
  describe: "describe",
};

function failedStart(failure: Extract<StartOutcome, { kind: "failed" }>, place: StartPlace): Step {
  return bad(startSteps[failure.at], failure.reason, startAdvice(failure, place));
}

async function* examineRunning(
  { link }: ChildModule,
  spec: PluginSpec,
  data: string,
  signal: AbortSignal,
): AsyncGenerator<Step> {
  const { sdk, language } = link.identity;
  const { services, description } = link.description;
  const by = [language, sdk].filter((part) => part !== "").join(", ");
  yield ok("handshake", `${link.title}${by === "" ? "" : ` (${by})`}`);
  yield ok("describe", `${services.join(", ")}${description === "" ? "" : `: ${description}`}`);
  try {
    const { health, unserved } = await link.probeServices();
    yield unserved.length === 0
      ? ok("services", `${services.join(", ")} answer`)
      : bad(
          "services",
          `it describes ${unserved.join(" and ")}, and does not serve it`,
          "Serve it, or leave it out of Describe.",
        );
    yield health === "serving"
      ? ok("health", "serving")
      : bad(
          "health",
          `grpc.health.v1.Health says ${health}`,
          "Serve the standard health service, and say SERVING once you take work.",
        );
  } catch (error) {
    return yield bad("services", messageOf(error), "See what it wrote last: it went away when it was asked.");
  }
  yield await settingsStep(link, spec, data, signal);
}

async function settingsStep(
  link: ChildModule["link"],
  spec: PluginSpec,
  data: string,
  signal: AbortSignal,
): Promise<Step> {
  // Any service does: it is the settings that are looked at.
  const service = spec.service ?? link.description.services[0];
  try {
    const judgement = await judge(link, { ...spec, service }, referencesOf(spec, data), signal);
    if (judgement.kind === "accepted") {
      const warnings = findings("warning", judgement.warnings).map(findingText);
      const what = spec.revision === "once" ? "none are needed" : "accepted";
      return warnings.length === 0 ? ok("settings", what) : odd("settings", warnings.join("\n"));
    }
    if (spec.revision === "once") {
      const lacks = judgement.problems.map(({ message }) => message).join("\n");
      return odd("settings", `without a plugin file: ${lacks}`, "Give them in a plugin file.");
    }
    const seen = findings("error", judgement.problems).map(findingText).join("\n");
    return bad("settings", seen, "Correct these lines of the plugin file, or the settings' schema in the code.");
  } catch (error) {
    return bad("settings", messageOf(error), "Answer ValidateConfig within 10 s.");
  }
}

function printsStep(prints: readonly string[]): Step {
  const shown = prints.slice(0, printsShown).map((line) => `  | ${line.slice(0, 200)}`);
  const seen = [`it prints to stdout (${prints.length} lines):`, ...shown].join("\n");
  return odd("stdout", seen, "That is harmless: each line becomes a line of the log. ctx.log has levels and fields.");
}

/** How it ends once its stdin does. */
function endStep({ code, signal }: ProcessEnd): Step {
  if (signal !== null) {
    const advice = "End when stdin ends: else it stays behind when its agent dies. The SDK's serve does it.";
    return bad("end", `told to end, it was ended by ${signal}`, advice);
  }
  if (code === 0) return ok("end", "it ends by itself when its host is gone");
  return bad(
    "end",
    `told to end, it exited with code ${code}`,
    "Exit with 0 when stdin ends: another code looks like a crash.",
  );
}

async function specOf(
  path: string,
): Promise<{ readonly isGood: true; readonly spec: PluginSpec } | { readonly isGood: false; readonly seen: string }> {
  try {
    const { spec } = await onceTarget(path, [], undefined);
    return { isGood: true, spec };
  } catch (error) {
    if (error instanceof Exit) return { isGood: false, seen: error.message };
    throw error;
  }
}
