import { resourceToProto } from "@ocelli/codec";
import { Command } from "commander";
import { contextOf } from "../context.js";
import { toJson } from "../display/json.js";
import { openMesh } from "../mesh.js";
import { print, say } from "../output.js";
import { readResources } from "../resource-input/read-resource.js";
import { readText } from "../resource-input/read-text.js";
import { resourceView } from "../views/resource-view.js";

export function resourcesPutCommand(): Command {
  return new Command("put")
    .description("add or replace resources by hand; no discovery touches them")
    .argument("<file>", "JSON: a resource, a list of them, or one a line; - for stdin")
    .action(async (file: string, _options: object, command: Command) => {
      const { format, ...context } = contextOf(command);
      const input = await readText(file);
      const resources = readResources(input.text, input.from);
      using mesh = await openMesh(context);
      const kept = [];
      for (const resource of resources) {
        const { record } = await mesh.registry.putResource({ resource: resourceToProto(resource) });
        kept.push(record && resourceView(record));
      }
      say(`${kept.length} ${kept.length === 1 ? "resource" : "resources"} put`);
      if (format === "json") print(`${toJson(kept)}\n`);
      if (format === "jsonl") print(kept.map((one) => `${toJson(one)}\n`).join(""));
    });
}

export function resourcesDeleteCommand(): Command {
  return new Command("delete")
    .description("delete a resource, whoever its source is; a discovery may bring it back")
    .argument("<id>", "the resource")
    .action(async (id: string, _options: object, command: Command) => {
      using mesh = await openMesh(contextOf(command));
      const { record } = await mesh.registry.getResource({ id });
      await mesh.registry.deleteResource({ id });
      const source = record?.source ?? "";
      const hint = source === "" ? "" : `; ${source} will bring it back if it still finds it`;
      say(`${id} is deleted${hint}`);
    });
}
