import { Command } from "commander";
import { contextOf } from "../context.js";
import { Exit, exitCodes } from "../exit-codes.js";
import { openMesh } from "../mesh.js";
import { attention } from "../mesh-state/attention.js";
import { gather, meshState } from "../mesh-state/gather.js";
import { statusLines } from "../mesh-state/status-lines.js";
import { printOne } from "../output.js";

export function statusCommand(): Command {
  return new Command("status")
    .description("how the mesh stands: processes, plugins, schedule, and what needs attention (then it ends with 1)")
    .action(async (_options: object, command: Command) => {
      const context = contextOf(command);
      using mesh = await openMesh(context);
      const state = meshState(await gather(mesh));
      const sentences = attention(state);
      const lines = statusLines(state, sentences, context.clock.nowMs(), context.colors);
      printOne({ ...state, attention: sentences.map((sentence) => sentence.trim()) }, lines, context.format);
      if (sentences.length > 0) throw new Exit(exitCodes.bad);
    });
}
