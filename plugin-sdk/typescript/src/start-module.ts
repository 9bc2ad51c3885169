import { timingSafeEqual } from "node:crypto";
import { type Clock, type ModuleLimits, moduleTokenKey, OcelliError } from "@ocelli/model";
import { type CallMetadata, defaultMessageBytes, startServer } from "@ocelli/rpc";
import { Deadlines } from "./call-scope.js";
import type { PluginModule } from "./define-plugin.js";
import { Instances } from "./instances.js";
import type { Log } from "./log.js";
import type { ModuleParts } from "./module-parts.js";
import type { Redactor } from "./redactor.js";
import { serveDiscovery } from "./serve-discovery.js";
import { serveEnrichment } from "./serve-enrichment.js";
import { type ModuleIdentity, servePlugin } from "./serve-plugin.js";
import { servePolling } from "./serve-polling.js";
import { serveSink } from "./serve-sink.js";
import { WorkGate } from "./work-gate.js";

export interface ModuleOptions {
  /** "unix:/path" or "host:port". */
  readonly listen: string;
  /** What every call must carry; undefined lets everybody in. */
  readonly token: string | undefined;
  /** What the host allows. */
  readonly limits: ModuleLimits;
  readonly identity: ModuleIdentity;
  readonly clock: Clock;
  readonly log: Log;
  readonly redactor: Redactor;
}

export interface RunningModule {
  readonly endpoint: string;
  /** Finishes what runs, for at most `graceMs`, closes sinks, and stops listening. */
  stop(graceMs: number, reason: string): Promise<void>;
}

/** How long the last answers may take to leave after everything is done. */
const lastWordsMs = 1_000;

/** Serves a module's services, with health and reflection. */
export async function startModule(module: PluginModule, options: ModuleOptions): Promise<RunningModule> {
  const { clock, log, redactor, token } = options;
  const messageBytes = Math.min(options.limits.messageBytes || defaultMessageBytes, defaultMessageBytes);
  const instances = new Instances(module, log);
  const gate = new WorkGate();
  const parts: ModuleParts = {
    ...{ module, instances, gate, clock, log, redactor, messageBytes },
    deadlines: new Deadlines(clock),
  };
  const drain = async (graceMs: number, reason: string): Promise<void> => {
    if (!gate.stopping.aborted) log.info({ reason, inFlight: gate.inFlight }, "draining");
    server.setServing(false);
    await gate.drain(graceMs);
  };
  const limits = { ...options.limits, messageBytes };
  const services = [servePlugin(parts, options.identity, limits, drain)];
  if (module.discover) services.push(serveDiscovery(parts));
  if (module.enrich) services.push(serveEnrichment(parts));
  if (module.poll) services.push(servePolling(parts));
  if (module.sink) services.push(serveSink(parts));
  const check = token === undefined ? undefined : tokenCheck(token);
  const server = await startServer({ listen: options.listen, services, check, log, messageBytes });
  log.info({ module: module.name, version: module.version, endpoint: server.endpoint }, "module serves");
  return {
    endpoint: server.endpoint,
    async stop(graceMs, reason) {
      await drain(graceMs, reason);
      await server.shutdown(lastWordsMs);
      await instances.close();
    },
  };
}

/** Compares in constant time: who measures learns nothing. */
function tokenCheck(token: string): (metadata: CallMetadata) => void {
  const wanted = Buffer.from(token);
  return (metadata) => {
    const given = Buffer.from(metadata(moduleTokenKey) ?? "");
    if (given.length === wanted.length && timingSafeEqual(given, wanted)) return;
    throw new OcelliError("unauthenticated", `the call carries no valid ${moduleTokenKey}: only my host may call me`);
  };
}
