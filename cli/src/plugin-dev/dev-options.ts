import { type Kind, kinds, messageOf } from "@ocelli/model";
import { type Command, InvalidArgumentError, Option } from "commander";
import { countOption, severalTimes, spanOption } from "../option-parsers.js";
import { parseSample, type Sample } from "./sample.js";

/** What the command line says of a shadow. */
export interface DevOptions {
  readonly plugin?: string;
  readonly resource: readonly string[];
  readonly sample?: Sample;
  readonly inFlight: number;
  /** In ms. */
  readonly for?: number;
  readonly runs?: number;
  readonly setting: readonly string[];
  readonly service?: Kind;
  readonly watch?: boolean;
  readonly logs?: boolean;
}

const usualInFlight = 8;

export function withDevOptions(command: Command): Command {
  return command
    .option("--plugin <name>", "the live plugin, where it is not the Name of the plugin file")
    .option("--resource <id>", "only this resource; may be given several times", severalTimes, [])
    .option("--sample <share>", "only so many resources: 10%, 1/20, or 25", sampleOption)
    .option("--in-flight <n>", "how many copies at a time at most", countOption(1), usualInFlight)
    .option("--for <span>", "end after so long, such as 5m", spanOption)
    .option("--runs <n>", "end after so many comparisons", countOption(1))
    .option("--setting <section.key=value>", "replaces or adds a setting; may be given several times", severalTimes, [])
    .addOption(
      new Option("--service <kind>", "where a module has several").choices(kinds.filter((kind) => kind !== "sink")),
    )
    .option("--watch", "build and start it again on every change")
    .option("--logs", "everything the module writes, on stderr");
}

function sampleOption(text: string): Sample {
  try {
    return parseSample(text);
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}
