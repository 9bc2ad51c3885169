import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Breaks } from "../mutants.js";
import { BareModule } from "./bare-module.js";
import { Log } from "./log.js";
import { stayRegistered } from "./registration.js";

/** What a module reads of the bootstrap line. */
interface Bootstrap {
  readonly socket: string;
  readonly token: string;
  readonly launchId: string;
  readonly limits: { readonly messageBytes: number };
}

const defaultMessageBytes = 4 * 1024 * 1024;
const knownKeys = ["protocolMajors", "socket", "token", "launchId", "limits"];
const graceMs = 10_000;

/** Runs the module until its host is gone or a signal comes. */
export async function start(breaks: Breaks): Promise<void> {
  const log = new Log(breaks);
  if (breaks("leaves-a-child")) spawn("sleep", ["300"], { detached: true, stdio: "ignore" }).unref();
  const { OCELLI_MODULE_LISTEN: listen, OCELLI_REGISTRY: registry } = process.env;
  if (listen !== undefined && registry !== undefined) await standAlone(breaks, log, listen, registry);
  else await child(breaks, log);
}

async function child(breaks: Breaks, log: Log): Promise<void> {
  const lines = createInterface({ input: process.stdin });
  const first = await new Promise<string>((resolve) => lines.once("line", resolve));
  if (breaks("token-in-log")) log.info(`bootstrap: ${first}`);
  const line = JSON.parse(first) as Bootstrap;
  const more = Object.keys(line).filter((key) => !knownKeys.includes(key));
  if (breaks("knows-every-key") && more.length > 0) throw new Error(`unknown key ${more[0]}`);
  const messageBytes = line.limits.messageBytes || defaultMessageBytes;
  const module = new BareModule(breaks, log, { token: line.token, messageBytes, instanceId: line.launchId });
  await module.listen(`unix:${line.socket}`);
  log.info("serves");
  const stop = async (code: number): Promise<void> => {
    await module.gate.drain(graceMs);
    await module.close();
    process.exit(code);
  };
  lines.once("close", () => {
    if (breaks("drops-work-at-eof")) process.exit(0);
    void stop(breaks("exits-with-3") ? 3 : 0);
  });
  onSigterm(breaks, () => void stop(0));
}

async function standAlone(breaks: Breaks, log: Log, listen: string, registry: string): Promise<void> {
  const { OCELLI_MODULE_INSTANCE: given, OCELLI_JOIN_TOKEN: joinToken = "" } = process.env;
  log.hide([joinToken]);
  const instanceId = given === undefined || breaks("own-instance-id") ? `bare/${listen}` : given;
  const module = new BareModule(breaks, log, { token: undefined, messageBytes: defaultMessageBytes, instanceId });
  await module.listen(listen);
  log.info("serves");
  const leave = new AbortController();
  const registered = stayRegistered(module, registry, listen, joinToken, leave.signal);
  const stop = async (): Promise<void> => {
    leave.abort();
    await Promise.all([registered, module.gate.drain(graceMs)]);
    await module.close();
    process.exit(0);
  };
  onSigterm(breaks, () => void stop());
}

function onSigterm(breaks: Breaks, stop: () => void): void {
  if (breaks("dies-of-sigterm")) return;
  process.once("SIGTERM", () => {
    if (breaks("drops-work-at-sigterm")) process.exit(0);
    stop();
  });
}
