import { type Kind, OcelliError } from "@ocelli/model";
import { Discovery, Enrichment, Polling, Sink } from "@ocelli/proto/plugin";
import { askHealth, type CallOptions, type Connection, createClient, type Health } from "@ocelli/rpc";

/** What a module answers to questions that are no work. */
export interface ServiceProbe {
  readonly health: Health;
  /** Services it describes and does not serve. */
  readonly unserved: readonly Kind[];
}

type Probe = (connection: Connection, options: CallOptions) => AsyncIterable<unknown>;

async function* nothing(): AsyncGenerator<never> {}

/** Calls without work in them: a module that serves the method refuses them or answers nothing. */
const probes: Readonly<Record<Kind, Probe>> = {
  discovery: (connection, options) => createClient(Discovery, connection).discover({}, options),
  enrichment: (connection, options) => createClient(Enrichment, connection).enrich({}, options),
  polling: (connection, options) => createClient(Polling, connection).poll({}, options),
  sink: (connection, options) => createClient(Sink, connection).write(nothing(), options),
};

/** Asks for health, and whether each service that a module describes is really there. Throws OcelliError where the module
 *  does not answer. */
export async function probeServices(
  connection: Connection,
  services: readonly Kind[],
  options: CallOptions,
): Promise<ServiceProbe> {
  const health = await askHealth(connection, options);
  const unserved: Kind[] = [];
  for (const kind of services) {
    if (!(await isServed(probes[kind](connection, options)))) unserved.push(kind);
  }
  return { health, unserved };
}

async function isServed(answers: AsyncIterable<unknown>): Promise<boolean> {
  try {
    for await (const _answer of answers) return true;
    return true;
  } catch (error) {
    if (error instanceof OcelliError && error.code === "unavailable") throw error;
    return !(error instanceof OcelliError && error.code === "unimplemented");
  }
}
