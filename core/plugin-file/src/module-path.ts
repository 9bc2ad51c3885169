import { dirname, resolve } from "node:path";
import { nearest } from "@ocelli/model";

export interface ModuleCheck {
  /** Whether there is a file or folder at an absolute path. */
  readonly exists: (path: string) => boolean;
  /** Whether a module that is not there is a problem. Not where the agents' machines have other disks. */
  readonly checkModule: boolean;
}

/** Tried behind a path that is neither a file nor a folder: Panoptes names modules without their extension. */
const extensions = [".js", ".mjs", ".py"];

/** The module as agents take it: an absolute path, from the folder of the plugin file on, or `service:NAME`. */
export function resolveModule(
  written: string,
  file: string,
  { exists, checkModule }: ModuleCheck,
): { readonly module: string } | { readonly wrong: string } {
  if (written === "") return { wrong: "Module is empty" };
  const [, scheme = "", name = ""] = /^([A-Za-z_-]{2,}):(?!\/\/)(.*)$/.exec(written) ?? [];
  if (scheme === "service") {
    return name.trim() === ""
      ? { wrong: "service: lacks the name the module registers by" }
      : { module: `service:${name.trim()}` };
  }
  if (nearest(scheme, ["service"]))
    return { wrong: `unknown Module "${written}", did you mean "service:${name.trim()}"?` };
  const path = resolve(dirname(file), written);
  const found = [path, ...extensions.map((extension) => path + extension)].find((candidate) => exists(candidate));
  if (found === undefined && checkModule) {
    return { wrong: `Module ${path} does not exist, nor with ${extensions.join(", ")} behind it` };
  }
  return { module: found ?? path };
}
