import type { Command } from "commander";
import { verbGroup } from "../verb-group.js";
import { resourcesDeleteCommand, resourcesPutCommand } from "./resources-edit.js";
import { resourcesListCommand, resourcesMatchCommand } from "./resources-list.js";
import { resourcesShowCommand } from "./resources-show.js";
import { resourcesWhyCommand } from "./resources-why.js";

export function resourcesCommand(): Command {
  const others = [
    resourcesShowCommand(),
    resourcesMatchCommand(),
    resourcesWhyCommand(),
    resourcesPutCommand(),
    resourcesDeleteCommand(),
  ];
  return verbGroup("resources", "what is watched, and why what is not", resourcesListCommand(), others);
}
