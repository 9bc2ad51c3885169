import type { Clock } from "@ocelli/model";
import { systemClock } from "@ocelli/runtime";
import type { Command } from "commander";
import { type Colors, colorsFor } from "./display/colors.js";
import type { Format } from "./output.js";

/** The options that every verb takes, as commander has them. */
export interface GlobalOptions {
  readonly output: Format;
  readonly registry?: string;
  readonly data: string;
  readonly color: boolean;
  /** In ms. */
  readonly timeout?: number;
}

/** What a verb is given besides its own arguments. */
export interface Context {
  readonly format: Format;
  /** Of stdout. */
  readonly colors: Colors;
  /** host:port of a registry; undefined where nobody named one. */
  readonly registry: string | undefined;
  /** The data directory of `ocelli up`. */
  readonly data: string;
  /** As given with --timeout. */
  readonly timeoutMs: number | undefined;
  readonly clock: Clock;
}

export function contextOf(command: Command): Context {
  const options = command.optsWithGlobals<GlobalOptions>();
  return {
    format: options.output,
    colors: colorsFor({ isTTY: process.stdout.isTTY, wanted: options.color, env: process.env }),
    registry: options.registry || process.env["OCELLI_REGISTRY"] || undefined,
    data: options.data,
    timeoutMs: options.timeout,
    clock: systemClock,
  };
}
