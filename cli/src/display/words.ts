import { PluginState, ReportState } from "@ocelli/proto/registry";
import { PollNowOutcome } from "@ocelli/proto/scheduler";
import { Kind } from "@ocelli/proto/task";

/** The word of a number of the contracts, in lower case: what this version does not know is shown as its number. */
function wordOf(names: Readonly<Record<number, string>>, value: number): string {
  return value === 0 ? "unknown" : (names[value]?.toLowerCase() ?? String(value));
}

export function pluginStateWord(state: PluginState): string {
  return wordOf(PluginState, state);
}

export function reportStateWord(state: ReportState): string {
  return wordOf(ReportState, state);
}

export function kindWord(kind: Kind): string {
  return wordOf(Kind, kind);
}

export function pollNowWord(outcome: PollNowOutcome): string {
  return wordOf(PollNowOutcome, outcome);
}
