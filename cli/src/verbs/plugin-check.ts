import { readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { CheckOptions, Fixture, Report, Subject } from "@ocelli/conformance";
import { messageOf, OcelliError } from "@ocelli/model";
import { Command, Option } from "commander";
import { type Context, contextOf } from "../context.js";
import type { Colors } from "../display/colors.js";
import { toJson } from "../display/json.js";
import { shownPath } from "../display/path.js";
import { printableLines } from "../display/printable.js";
import { span } from "../display/span.js";
import { Exit, exitCodes } from "../exit-codes.js";
import { interruption } from "../interruption.js";
import { countOption, severalTimes } from "../option-parsers.js";
import { print, say } from "../output.js";

interface PluginCheckOptions {
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly mode?: "child" | "stand-alone";
  readonly junit?: string;
  readonly fixture?: string;
  readonly seed?: number;
  readonly verbose?: boolean;
  readonly list?: boolean;
}

export function pluginCheckCommand(): Command {
  return new Command("check")
    .description("the conformance run: does a module keep every promise of the protocol, in both ways of starting?")
    .argument("[command|endpoint]", "a module's file or folder, a command in quotes, or host:port of one that runs")
    .option(
      "--only <case>",
      "these cases only: an id, a group, or either with *; may be given several times",
      severalTimes,
      [],
    )
    .option("--skip <case>", "all but these cases; may be given several times", severalTimes, [])
    .addOption(new Option("--mode <way>", "one way of starting instead of both").choices(["child", "stand-alone"]))
    .option(
      "--fixture <file>",
      "settings, resource and the like to try with, instead of conformance.json beside the module",
    )
    .option("--junit <file>", "also write the report as JUnit XML")
    .option("--seed <number>", "make an earlier run's chances again", countOption(0))
    .option("--verbose", "also what the module writes, on stderr")
    .option("--list", "name the cases, and try nothing")
    .addHelpText(
      "after",
      "\n--timeout says how long an ordinary answer may take, 10s unless said otherwise, and 1s or more.",
    )
    .action(async (text: string | undefined, options: PluginCheckOptions, command: Command) => {
      await check(text, options, contextOf(command), interruption());
    });
}

async function check(
  text: string | undefined,
  options: PluginCheckOptions,
  context: Context,
  signal: AbortSignal,
): Promise<void> {
  // Loaded when it is needed: most verbs start no module.
  const kit = await import("@ocelli/conformance");
  if (options.list) {
    if (context.format !== "table") print(`${toJson(kit.caseList)}\n`);
    else print(kit.caseList.map(({ id, promise }) => `${id.padEnd(32)}${promise}\n`).join(""));
    return;
  }
  if (text === undefined)
    throw new Exit(exitCodes.usage, "name a module: its file or folder, a command in quotes, or host:port");
  const { timeoutMs } = context;
  if (timeoutMs !== undefined && timeoutMs < leastAnswerMs) {
    const why = `--timeout ${span(timeoutMs)} is too short: it says how long an ordinary answer may take`;
    throw new Exit(exitCodes.usage, `${why}; take ${span(leastAnswerMs)} or more`);
  }
  if (/\.(ocelli|panoptes)-plugin$/.test(text)) {
    const instead = `name what stands behind Module in it; "settings" of conformance.json may hold what it says`;
    throw new Exit(exitCodes.usage, `${text} is a plugin file, and the check is about its module: ${instead}`);
  }
  const subject = await kit.readSubject(text);
  const fixture = await fixtureOf(subject, options.fixture, kit.readFixture);
  const { only, skip, mode, seed, verbose } = options;
  if (subject.kind === "endpoint" && mode !== undefined) {
    throw new Exit(exitCodes.usage, `--mode is for modules that the check starts: ${text} runs already`);
  }
  const chosen: CheckOptions = {
    ...{ only, skip },
    ...(fixture && { fixture }),
    ...(mode && { modes: [mode] }),
    ...(seed !== undefined && { seed }),
    ...(timeoutMs !== undefined && { timings: { answerMs: timeoutMs } }),
    ...(verbose && { onLine: ({ text: line }: { text: string }) => say(line) }),
  };
  const report = await kit.checkModule(subject, { ...chosen, ...progress() }, signal);
  if (process.stderr.isTTY) process.stderr.write(clearLine);
  if (signal.aborted) throw new Exit(exitCodes.interrupted);
  if (options.junit !== undefined) await writeReport(options.junit, kit.reportJunit(report));
  if (subject.kind === "endpoint" && !report.module) throw new Exit(exitCodes.unreachable, notThere(report));
  if (context.format !== "table") print(`${toJson(kit.reportJson(report))}\n`);
  else print(painted(printableLines(kit.reportText(report)).join("\n"), context.colors));
  if (!kit.hasPassed(report)) throw new Exit(exitCodes.bad);
}

/** In less an answer tells of the machine rather than of the module, in ms. */
const leastAnswerMs = 1_000;

const clearLine = "\r\u001b[K";

/** On a terminal, what was tried last: a check takes about a minute. */
function progress(): Pick<CheckOptions, "onOutcome"> {
  if (!process.stderr.isTTY) return {};
  let count = 0;
  return {
    onOutcome(mode, id) {
      count += 1;
      process.stderr.write(`${clearLine}${count} tried, ${id} (${mode})`);
    },
  };
}

/** The fixture that was named, or conformance.json in the module's folder where there is one. */
async function fixtureOf(
  subject: Subject,
  named: string | undefined,
  read: (text: string, from: string, directory: string) => Fixture,
): Promise<Fixture | undefined> {
  const folder = subject.kind === "command" ? subject.folder : undefined;
  const path = named ?? (folder === undefined ? undefined : join(folder, "conformance.json"));
  if (path === undefined) return undefined;
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (named === undefined && isAbsent(error)) return undefined;
    throw new OcelliError("invalid", `the fixture ${shownPath(path)} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
  return read(text, shownPath(path), dirname(resolve(path)));
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

async function writeReport(path: string, xml: string): Promise<void> {
  try {
    await writeFile(path, xml);
  } catch (error) {
    throw new Exit(exitCodes.usage, `the JUnit report cannot be written: ${messageOf(error)}`, { cause: error });
  }
}

function notThere({ subject, cases }: Report): string {
  const outcome = [...(cases.find(({ id }) => id === "life/starts")?.outcomes.values() ?? [])][0];
  const why = outcome?.kind === "failed" ? `: ${outcome.seen}` : "";
  return `no module answers at ${subject}${why}`;
}

/** The words that tell how a case went, in colour. */
function painted(text: string, colors: Colors): string {
  return text
    .replaceAll(/\bFAILED\b/g, colors.red("FAILED"))
    .replaceAll(/(?<=^ {2}\S+ .*)\bok\b(?= )/gm, (word) => colors.green(word));
}
