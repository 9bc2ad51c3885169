import { version } from "@ocelli/runtime";
import { Command, Option } from "commander";
import { spanOption } from "./option-parsers.js";
import { formats } from "./output.js";
import { upCommand } from "./up/up-command.js";
import { agentsCommand } from "./verbs/agents.js";
import { dueCommand, lateCommand } from "./verbs/due.js";
import { pluginCommand } from "./verbs/plugin.js";
import { pluginsCommand } from "./verbs/plugins.js";
import { pollCommand } from "./verbs/poll.js";
import { resourcesCommand } from "./verbs/resources.js";
import { statusCommand } from "./verbs/status.js";
import { tailCommand } from "./verbs/tail.js";
import { validateCommand } from "./verbs/validate.js";
import { versionCommand } from "./verbs/version.js";

/** The whole command, with the options that every verb takes. */
export function buildProgram(): Command {
  const program = new Command("ocelli")
    .description("Runs your polling code against thousands of devices, and never hammers one.")
    .version(version, "-V, --version", "print the version")
    .addOption(new Option("-o, --output <format>", "how to write data").choices(formats).default("table"))
    .option("--registry <host:port>", "a registry of the mesh (or OCELLI_REGISTRY)")
    .option(
      "--data <dir>",
      `where "ocelli up" keeps everything (or OCELLI_DATA)`,
      process.env["OCELLI_DATA"] || ".ocelli",
    )
    .option("--timeout <span>", "how long to wait for an answer, such as 5s", spanOption)
    .option("--no-color", "no colours (or NO_COLOR)")
    .addHelpText("after", exitCodesHelp);
  const verbs = [
    upCommand(),
    statusCommand(),
    validateCommand(),
    pluginsCommand(),
    pluginCommand(),
    resourcesCommand(),
    pollCommand(),
    dueCommand(),
    lateCommand(),
    agentsCommand(),
    tailCommand(),
    versionCommand(),
  ];
  for (const verb of verbs) program.addCommand(verb);
  return thrown(program);
}

const exitCodesHelp = `
Data goes to stdout, everything else to stderr. Ends with
  0  all is well       1  the answer is bad: invalid, refused, failed, late
  2  wrong usage       3  Ocelli cannot be reached`;

/** Makes commander throw instead of ending the process, in every verb. */
function thrown(command: Command): Command {
  command.exitOverride().showSuggestionAfterError(true);
  for (const verb of command.commands) thrown(verb);
  return command;
}
