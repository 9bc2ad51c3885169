import { resolve } from "node:path";
import { parseArgs } from "node:util";

export interface Options {
  /** Only say what there is. */
  readonly help: boolean;
  readonly json: boolean;
  readonly peers: boolean;
  readonly quick: boolean;
  readonly allowBusy: boolean;
  readonly writeDocs: boolean;
  /** Names or beginnings of names of makers; empty means all. */
  readonly only: readonly string[];
  readonly seconds: number;
  readonly windows: number;
  readonly rate: number | null;
  readonly profile: string | null;
  /** Where logs, stores and profiles are put and left; null for a directory that is removed. */
  readonly keep: string | null;
}

export const usage = `npm run bench -- [rows] [options]
  sdk               only these rows, as with --only
  --only A,B        only these rows, such as mesh,broker; a beginning such as scheduler means all of them
  --peers           also BullMQ and Celery
  --json            one object a line on stdout
  --quick           three windows of 3 s instead of five of 5 s, and without the rows that take minutes
  --seconds N       length of a window
  --windows N       windows a row is the median of
  --rate N          the mesh rows at so many slots per second, without searching the highest rate
  --keep DIR        leave logs, stores and profiles there
  --profile NAME    store a CPU profile of registry, scheduler, agent, module or sink in DIR/profiles (needs --keep)
  --allow-busy      measure although other processes use the machine
  --write-docs      write the tables and the chart in docs/
`;

/** Throws RangeError or TypeError with a sentence where an option makes no sense. */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      peers: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      "allow-busy": { type: "boolean", default: false },
      "write-docs": { type: "boolean", default: false },
      only: { type: "string", default: "" },
      seconds: { type: "string" },
      windows: { type: "string" },
      rate: { type: "string" },
      profile: { type: "string" },
      keep: { type: "string" },
    },
  });
  const number = (name: "seconds" | "windows" | "rate", fallback: number): number => {
    const text = values[name];
    if (text === undefined) return fallback;
    const value = Number(text);
    if (!(value > 0)) throw new RangeError(`--${name} ${text} is not a number above 0`);
    return value;
  };
  if (values.profile !== undefined && values.keep === undefined) {
    throw new RangeError("--profile needs --keep DIR: the profile is put in DIR/profiles");
  }
  const only = [...values.only.split(","), ...positionals].filter((name) => name !== "");
  const isWhole = only.length === 0 || (only.length === 1 && only[0] === "sdk");
  if (values["write-docs"] && (!isWhole || values["allow-busy"] || values.quick)) {
    throw new RangeError(
      "--write-docs is for a whole run, or all of sdk, on a quiet machine: without --only, --quick and --allow-busy",
    );
  }
  return {
    help: values.help,
    keep: values.keep === undefined ? null : resolve(values.keep),
    json: values.json,
    peers: values.peers,
    quick: values.quick,
    allowBusy: values["allow-busy"],
    writeDocs: values["write-docs"],
    only,
    seconds: number("seconds", values.quick ? 3 : 5),
    windows: Math.ceil(number("windows", values.quick ? 3 : 5)),
    rate: values.rate === undefined ? null : number("rate", 0),
    profile: values.profile ?? null,
  };
}
