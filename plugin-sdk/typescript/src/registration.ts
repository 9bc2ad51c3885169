import { type Clock, joinTokenKey, linkSignals, messageOf, OcelliError, type Random } from "@ocelli/model";
import { ModuleRegistry } from "@ocelli/proto/registry";
import { type Client, type Connection, createClient } from "@ocelli/rpc";
import type { Log } from "./log.js";

/** What a stand-alone module says of itself. */
export interface Registration {
  readonly name: string;
  readonly version: string;
  readonly endpoint: string;
  readonly instanceId: string;
  readonly bootId: string;
}

export interface RegistrationDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly joinToken: string | undefined;
}

const firstWaitMs = 500;
const longestWaitMs = 15_000;
/** The registry dials back before it answers. */
const registerTimeoutMs = 15_000;
const deregisterTimeoutMs = 2_000;

/** Keeps a module registered until `signal` aborts, then takes it away. A registry that is away, restarts or has
 *  forgotten the module is tried again, each time after a longer wait with chance in it. */
export async function stayRegistered(
  connection: Connection,
  registration: Registration,
  deps: RegistrationDeps,
  signal: AbortSignal,
): Promise<void> {
  const { clock, random, log } = deps;
  const registry = createClient(ModuleRegistry, connection);
  const metadata: Record<string, string> = deps.joinToken === undefined ? {} : { [joinTokenKey]: deps.joinToken };
  const { name, instanceId, bootId } = registration;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const lease = await registry.register(registration, { timeoutMs: registerTimeoutMs, metadata, signal });
      log.info({ registry: connection.target, leaseMs: lease.leaseMs }, "registered");
      failures = 0;
      await beat(registry, { name, instanceId, bootId }, lease.heartbeatEveryMs, metadata, deps, signal);
    } catch (error) {
      if (signal.aborted) break;
      const longest = Math.min(longestWaitMs, firstWaitMs * 2 ** failures);
      const waitMs = Math.round(longest * (0.5 + random() / 2));
      failures += 1;
      log.warn({ registry: connection.target, reason: messageOf(error), waitMs }, "not registered, trying again");
      await clock.sleep(waitMs, signal);
    }
  }
  await registry.deregister({ name, instanceId, bootId }, { timeoutMs: deregisterTimeoutMs, metadata }).then(
    () => log.info("deregistered"),
    (error: unknown) => log.warn({ reason: messageOf(error) }, "could not deregister: the lease will end by itself"),
  );
}

/** Sends heartbeats. Returns when the registry does not know the module any more, throws when the stream breaks. */
async function beat(
  registry: Client<typeof ModuleRegistry>,
  who: { readonly name: string; readonly instanceId: string; readonly bootId: string },
  everyMs: number,
  metadata: Readonly<Record<string, string>>,
  { clock, log }: RegistrationDeps,
  signal: AbortSignal,
): Promise<void> {
  using over = linkSignals(signal);
  async function* beats(): AsyncGenerator<typeof who> {
    while (!over.signal.aborted) {
      yield who;
      await clock.sleep(Math.max(100, everyMs), over.signal);
    }
  }
  try {
    for await (const answer of registry.heartbeat(beats(), { metadata, signal: over.signal })) {
      if (!answer.unknown) continue;
      log.warn("the registry has forgotten this module: registering again");
      return;
    }
  } finally {
    over.abort();
  }
  throw new OcelliError("unavailable", "the registry ended the heartbeat");
}
