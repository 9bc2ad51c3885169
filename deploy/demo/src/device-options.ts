import { parseArgs } from "node:util";

export interface DeviceOptions {
  readonly count: number;
  readonly dead: number;
  readonly dir: string;
  readonly community: string;
  /** Where to log arrivals; undefined logs none. */
  readonly log: string | undefined;
  /** True: end when stdin ends. */
  readonly lifeline: boolean;
}

export const deviceUsage = `usage: snmp-devices --dir DIR [--count 6] [--dead 0] [--community public] [--log FILE] [--lifeline]
  --dir DIR      where devices.json is written and the ports are remembered
  --count N      how many devices, 1 to 500
  --dead K       how many of them never answer
  --community C  the v2c community they answer to; any other gets silence
  --log FILE     one JSON line per arriving request
  --lifeline     end when stdin ends`;

/** The command line, or everything that is wrong with it in one sentence. */
export function deviceOptions(args: readonly string[]): DeviceOptions | { readonly problem: string } {
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        dir: { type: "string" },
        count: { type: "string", default: "6" },
        dead: { type: "string", default: "0" },
        community: { type: "string", default: "public" },
        log: { type: "string" },
        lifeline: { type: "boolean", default: false },
      },
    }));
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
  const { dir, community, log, lifeline } = values;
  const count = Number(values["count"]);
  const dead = Number(values["dead"]);
  if (typeof dir !== "string" || dir === "") return { problem: "--dir is missing" };
  if (!Number.isInteger(count) || count < 1 || count > 500) return { problem: "--count is not a number from 1 to 500" };
  if (!Number.isInteger(dead) || dead < 0 || dead > count)
    return { problem: "--dead is not a number from 0 to --count" };
  return {
    count,
    dead,
    dir,
    community: String(community),
    log: typeof log === "string" ? log : undefined,
    lifeline: lifeline === true,
  };
}
