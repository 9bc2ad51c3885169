import { type Group, gauge, PollFault, type ResourceContext } from "@ocelli/plugin-sdk";
import type { FaultNote } from "./formats/fault-note.js";
import type { OutputProblem } from "./formats/group-book.js";
import { parseInflux } from "./formats/influx.js";
import { parseJsonLines } from "./formats/jsonl.js";
import { parseNagios } from "./formats/nagios.js";
import { matcher } from "./formats/names.js";
import { parseOpenMetrics } from "./formats/openmetrics.js";
import type { Plan } from "./plan.js";
import { printable } from "./program/stderr-lines.js";
import type { ExecSettings } from "./settings.js";

/** What a program said, and how. */
export interface Answer {
  readonly stdout: string;
  /** The exit code of a program, or what a kept program gives for it; undefined where it ended otherwise. */
  readonly code: number | undefined;
  /** How it ended, in words that follow the program's name. */
  readonly endWords: string;
  /** The last lines of stderr, in one line. */
  readonly lastLines: string;
  /** What a kept program says is wrong with the run. */
  readonly fault: FaultNote | undefined;
}

interface Reading {
  readonly groups: readonly Group[];
  readonly problems: readonly OutputProblem[];
  readonly fault: FaultNote | undefined;
  /** The text of a check. */
  readonly text: string;
}

/** What a run makes of an answer: groups, and a fault beside them or instead of them. */
export function outcomeOf(plan: Plan, answer: Answer, ctx: ResourceContext<ExecSettings>): Group[] {
  const reading = read(plan, answer);
  const groups = [...reading.groups];
  if (plan.settings.exec.format === "nagios" && isNagiosState(answer.code)) {
    groups.unshift({ name: plan.group, metrics: { state: gauge(answer.code) } });
  }
  const fault = faultOf(plan, answer, reading, groups.length > 0);
  if (groups.length === 0 && fault) throw fault;
  if (groups.length === 0) {
    throw new PollFault("missing_metrics", withWords(`${plan.name} printed no metrics`, answer.lastLines));
  }
  if (fault) ctx.fault(fault);
  else if (answer.code === 1) ctx.log.info({ text: printable(reading.text) }, "the check warns");
  return groups;
}

function read(plan: Plan, { stdout, fault }: Answer): Reading {
  const { exec } = plan.settings;
  switch (exec.format) {
    case "nagios":
      return { ...parseNagios(stdout, { group: plan.group, kilo: exec.kilobyte }), fault };
    case "influx": {
      const isCounter = matcher(exec.counters);
      const options = { timestampUnit: exec.timestamp_unit, keepsText: exec.text_fields === "dimension", isCounter };
      return { ...parseInflux(stdout, options), fault, text: "" };
    }
    case "openmetrics":
      return { ...parseOpenMetrics(stdout, { group: plan.group }), fault, text: "" };
    case "jsonl": {
      const parsed = parseJsonLines(stdout);
      return { ...parsed, fault: fault ?? parsed.fault, text: "" };
    }
  }
}

/** The gravest first: what the program says itself, its exit code, what cannot be read of its output. */
function faultOf(plan: Plan, answer: Answer, reading: Reading, hasGroups: boolean): PollFault | undefined {
  const { code, endWords, lastLines, fault } = { ...answer, fault: reading.fault };
  if (fault) return new PollFault(fault.status, printable(fault.message));
  if (plan.settings.exec.format === "nagios" && isNagiosState(code)) {
    const text = printable(reading.text) || lastLines || "it says no more";
    if (code === 2) return new PollFault("partial", `${plan.name} is critical: ${text}`);
    if (code === 3) return new PollFault("internal", `${plan.name} does not know: ${text}`, { origin: "target" });
  } else if (code !== 0) {
    const words = lastLines || printable(reading.text);
    return new PollFault(hasGroups ? "partial" : "internal", withWords(`${plan.name} ${endWords}`, words));
  }
  const [first, ...more] = reading.problems;
  if (!first) return undefined;
  const where = `line ${first.line}, column ${first.column} of the output of ${plan.name}`;
  const others = more.length > 0 ? ` (and ${more.length} more)` : "";
  return new PollFault(hasGroups ? "partial" : "internal", `${where}: ${printable(first.message)}${others}`);
}

function isNagiosState(code: number | undefined): code is 0 | 1 | 2 | 3 {
  return code === 0 || code === 1 || code === 2 || code === 3;
}

function withWords(sentence: string, words: string): string {
  return words === "" ? sentence : `${sentence}: ${words}`;
}
