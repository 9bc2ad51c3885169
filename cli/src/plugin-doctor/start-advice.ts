import { existsSync } from "node:fs";
import { join } from "node:path";
import type { StartOutcome } from "@ocelli/module-host";

/** Where a module runs. */
export interface StartPlace {
  readonly folder: string;
  /** What is started; empty where that is not known. */
  readonly argv: readonly string[];
  /** The folder of the Python SDK that came with this Ocelli: no package registry has it. */
  readonly pythonSdk: string;
}

/** What a start says that did not come to a module. `reason` holds the module's last words. */
export type FailedStart = Pick<Extract<StartOutcome, { kind: "failed" }>, "at" | "reason" | "end">;

/** Python packages whose name is not that of what is imported from them. */
const packageOf: Readonly<Record<string, string>> = { grpc: "grpcio", google: "protobuf", yaml: "pyyaml" };

/** What to do about a module that does not come up. */
export function startAdvice(failure: FailedStart, place: StartPlace): string {
  switch (failure.at) {
    case "command":
    case "version":
      return ""; // The reason ends in what to do.
    case "process":
      return processAdvice(failure, place);
    case "socket":
      return "Call serve(plugin) of the SDK before anything that waits; without an SDK, read the line on stdin and serve gRPC on its socket.";
    case "handshake":
      return "Serve ocelli.plugin.v1.Plugin and answer Handshake; check that no other code closes the server or blocks the process.";
    case "describe":
      return "Correct what Describe answers: the services, and a JSON Schema (2020-12) of the settings.";
  }
}

function processAdvice({ reason, end }: FailedStart, place: StartPlace): string {
  const python = /No module named '?([\w.]+)/.exec(reason)?.[1];
  if (python !== undefined) return pipAdvice(python, place);
  const node = /Cannot find package '([^']+)'/.exec(reason)?.[1];
  if (node !== undefined) {
    const known = existsSync(join(place.folder, "node_modules"));
    return known
      ? `Run npm install in ${place.folder}; if package.json does not list ${node}, npm install ${node}.`
      : `Run npm install in ${place.folder}: there is no node_modules.`;
  }
  if (/Cannot find module '/.test(reason)) return "Build it, or correct the path of the import.";
  if (/SyntaxError|IndentationError/.test(reason)) return "Correct the line that the last lines name.";
  if (end?.code === 0) return "The program came to its end: call serve(plugin), and wait for it.";
  return "Correct what its last lines say; it is started as the second step shows.";
}

/** Into the virtual environment that the module runs with, or into one that is still to be made. */
function pipAdvice(imported: string, { folder, argv, pythonSdk }: StartPlace): string {
  const environment = join(folder, ".venv");
  const isOwn = (argv[0] ?? "").startsWith(environment);
  const name = imported.split(".")[0] ?? imported;
  const listed = ["requirements.txt", "pyproject.toml"].find((file) => existsSync(join(folder, file)));
  const list = listed === "requirements.txt" ? `-r ${listed}` : listed ? "." : undefined;
  const isVendored = existsSync(join(folder, "vendor/requirements.txt"));
  const sdk = name !== "ocelli" ? undefined : isVendored ? "-r vendor/requirements.txt" : pythonSdk;
  const wanted = [sdk, list].filter((one) => one !== undefined).join(" ");
  const pip = `.venv/bin/pip install ${wanted === "" ? (packageOf[name] ?? name) : wanted}`;
  const command = isOwn ? pip : `python3 -m venv .venv && ${pip}`;
  const why = isOwn ? "" : `\nIt ran with ${argv[0] ?? "python3"}, for there is no ${environment}.`;
  return `In ${folder}: ${command}${why}`;
}
