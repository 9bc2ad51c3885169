import { version } from "@ocelli/runtime";
import { Command } from "commander";
import { contextOf } from "../context.js";
import { printOne } from "../output.js";

export function versionCommand(): Command {
  return new Command("version")
    .description("the version of this command, and of the Node it runs on")
    .action((_options: object, command: Command) => {
      const { format } = contextOf(command);
      printOne({ version, node: process.versions.node }, [`ocelli ${version} (Node ${process.versions.node})`], format);
    });
}
