import type { Problem } from "@ocelli/model";
import { type Diagnostic, Severity } from "@ocelli/proto/plugin";
import { fromPointer } from "./pointer.js";
import { nameOf, settingsLines } from "./settings-lines.js";
import type { SettingsSource } from "./settings-source.js";

/** What a module said of settings, with the lines of the file. */
export interface Findings {
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Maps a module's diagnostics back to the lines of the file. A severity that is not known counts as an error. */
export function findingsOf(diagnostics: readonly Diagnostic[], source: SettingsSource): Findings {
  const lines = settingsLines(source.settings);
  const problemOf = ({ path, summary, detail }: Diagnostic): Problem => {
    const place = fromPointer(path);
    const words = [summary, detail].filter((part) => part !== "").join(": ") || "is not accepted by the module";
    return {
      file: source.file,
      line: lines.lineOf(place),
      message: place.length === 0 ? words : `${nameOf(place)}: ${words}`,
    };
  };
  const isWarning = ({ severity }: Diagnostic): boolean => severity === Severity.WARNING;
  return {
    errors: diagnostics.filter((one) => !isWarning(one)).map(problemOf),
    warnings: diagnostics.filter(isWarning).map(problemOf),
  };
}
