import { fileURLToPath } from "node:url";
import type { DataDirectory, Endpoints } from "./data-directory.js";
import type { Part } from "./keep-running.js";

export interface WorldOptions {
  readonly data: DataDirectory;
  readonly endpoints: Endpoints;
  readonly natsUrl: string;
  readonly pluginDirectories: readonly string[];
  /** Also the small world to watch: SNMP devices, and this machine. */
  readonly demo: boolean;
  /** Where the devices log each request they get; undefined: nowhere. */
  readonly demoLog: string | undefined;
  readonly logLevel: string;
}

const root = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** The plugin files of the small world. */
export const demoPlugins = root("deploy/demo/plugins");

/** The processes of a mesh on one machine, in the order they are started. The broker is not among them. */
export function partsOf(options: WorldOptions): Part[] {
  const { data, endpoints } = options;
  const shared = (name: string, listen: string) => ({
    OCELLI_NATS__URLS: options.natsUrl,
    OCELLI_GRPC__LISTEN: listen,
    OCELLI_LOG__LEVEL: options.logLevel,
    [`OCELLI_${name.toUpperCase()}__ID`]: `${name}-1`,
  });
  const service = (name: keyof Endpoints, env: Record<string, string>): Part => ({
    name,
    args: [root(`services/${name}/dist/main.js`)],
    env: { ...shared(name, endpoints[name]), ...env },
    logFile: data.file("log", `${name}.log`),
  });
  const demo: Part = {
    name: "demo-devices",
    args: [
      root("deploy/demo/dist/snmp-devices.js"),
      ...["--dir", data.file("demo"), "--lifeline"],
      ...(options.demoLog === undefined ? [] : ["--log", options.demoLog]),
    ],
    env: {},
    logFile: data.file("log", "demo-devices.log"),
  };
  return [
    ...(options.demo ? [demo] : []),
    service("registry", { OCELLI_REGISTRY__PLUGIN_DIRECTORIES: options.pluginDirectories.join(",") }),
    service("scheduler", {}),
    // Plugin files may refer to the data directory: ${env:OCELLI_DATA}.
    service("agent", {
      OCELLI_DATA: data.path,
      OCELLI_DEMO_COMMUNITY: "public",
      OCELLI_SPOOL__DIRECTORY: data.file("spool"),
    }),
  ];
}
