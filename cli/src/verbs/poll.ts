import { Command } from "commander";
import { pollNowCommand } from "./poll-now.js";
import { pollOnceCommand } from "./poll-once.js";

export function pollCommand(): Command {
  return new Command("poll")
    .description("run one thing now: in the mesh, or here without any")
    .addCommand(pollNowCommand())
    .addCommand(pollOnceCommand());
}
