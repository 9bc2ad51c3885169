import { Command } from "commander";
import { checkModules, isOwnModule } from "../check-files/check-modules.js";
import { type Collected, collectFiles } from "../check-files/collect.js";
import { type Finding, findingText, inOrder } from "../check-files/finding.js";
import { type Context, contextOf } from "../context.js";
import { toJson } from "../display/json.js";
import { Exit, exitCodes } from "../exit-codes.js";
import { interruption } from "../interruption.js";
import { print, say } from "../output.js";

interface ValidateOptions {
  readonly modules: boolean;
  readonly denyWarnings?: boolean;
}

export function validateCommand(): Command {
  return new Command("validate")
    .description(
      "check plugin files, with no mesh: every problem with its line; then what each module says of its settings",
    )
    .argument("<dir...>", "directories of plugin files, or single ones")
    .option("--no-modules", "start no modules: look at the files only")
    .option("--deny-warnings", "end with 1 for warnings too")
    .action(async (paths: string[], options: ValidateOptions, command: Command) => {
      await validate(paths, options, contextOf(command), interruption());
    });
}

async function validate(
  paths: readonly string[],
  options: ValidateOptions,
  context: Context,
  signal: AbortSignal,
): Promise<void> {
  const collected = await collectFiles(paths);
  const checked = options.modules ? await checkByModules(collected, context, signal) : [];
  if (signal.aborted) throw new Exit(exitCodes.interrupted);
  const found = inOrder([...collected.findings, ...checked]);
  printFindings(found, context);
  const own = collected.specs.filter(isOwnModule).length;
  if (options.modules && own > 0) {
    say(
      `${count(own, "file")} name a module that registers itself: what it makes of their settings shows once it runs`,
    );
  }
  const errors = found.filter(({ severity }) => severity === "error").length;
  const warnings = found.length - errors;
  say(`${count(collected.files, "plugin file")}, ${count(errors, "problem")}, ${count(warnings, "warning")}`);
  if (errors > 0 || (options.denyWarnings && warnings > 0)) throw new Exit(exitCodes.bad);
}

async function checkByModules({ specs }: Collected, { data }: Context, signal: AbortSignal): Promise<Finding[]> {
  // Loaded when it is needed: what starts modules is a third of this command's own start.
  const { childWorld } = await import("../child-modules.js");
  return checkModules(specs, childWorld(data, signal));
}

function printFindings(found: readonly Finding[], { format, colors }: Context): void {
  if (format === "json") {
    print(`${toJson(found)}\n`);
    return;
  }
  const text = (finding: Finding): string => {
    if (format === "jsonl") return toJson(finding);
    return finding.severity === "error" ? findingText(finding) : colors.yellow(findingText(finding));
  };
  print(found.map((finding) => `${text(finding)}\n`).join(""));
}

function count(number: number, of: string): string {
  return `${number} ${of}${number === 1 ? "" : "s"}`;
}
