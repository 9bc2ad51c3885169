import { resolve } from "node:path";
import type { Clock } from "@ocelli/model";
import type { BuildStep } from "./build-step.js";
import { type Changes, followChanges } from "./changes.js";
import type { FoundModule } from "./module-folder.js";

/** Follows the edits of a plugin file's folder and of its module, which may lie elsewhere; not what `step` builds. */
export function followModule(
  { folder, moduleFolder }: Pick<FoundModule, "folder" | "moduleFolder">,
  step: BuildStep | undefined,
  clock: Clock,
): Promise<Changes> {
  const built = step ? [resolve(step.folder, step.output)] : [];
  return followChanges(folder, built, clock, moduleFolder === folder ? [] : [moduleFolder]);
}
