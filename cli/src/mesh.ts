import { OcelliError } from "@ocelli/model";
import { Agent } from "@ocelli/proto/agent";
import { Feed, Registry, type ServicePresence } from "@ocelli/proto/registry";
import { Scheduler } from "@ocelli/proto/scheduler";
import { type Client, type Connection, connect, createClient } from "@ocelli/rpc";
import { Exit, exitCodes } from "./exit-codes.js";
import { readEndpoints } from "./up/data-directory.js";

/** What every verb that asks a mesh takes. */
export interface MeshOptions {
  /** host:port of a registry; wins over everything. */
  readonly registry?: string | undefined;
  /** The data directory of `ocelli up`. */
  readonly data: string;
}

export const callTimeoutMs = 10_000;

/** A mesh as clients see it: the registry is asked where the others are. */
export class MeshClient implements AsyncDisposable {
  readonly registryAt: string;
  readonly registry: Client<typeof Registry>;
  readonly feed: Client<typeof Feed>;
  readonly #connections: Connection[] = [];

  constructor(registryAt: string) {
    this.registryAt = registryAt;
    const connection = this.#connect(registryAt);
    this.registry = createClient(Registry, connection);
    this.feed = createClient(Feed, connection);
  }

  async services(kind: "scheduler" | "agent" | "registry"): Promise<ServicePresence[]> {
    const { services } = await this.registry.listServices({}, { timeoutMs: callTimeoutMs });
    return services.filter((service) => service.kind === kind);
  }

  /** All schedulers: each answers for the partitions it leads. */
  async schedulers(): Promise<Client<typeof Scheduler>[]> {
    const found = await this.services("scheduler");
    if (found.length === 0) throw new OcelliError("unavailable", "no scheduler is running");
    return found.map(({ endpoint }) => createClient(Scheduler, this.#connect(endpoint)));
  }

  async agents(): Promise<{ id: string; client: Client<typeof Agent> }[]> {
    const found = await this.services("agent");
    return found.map(({ id, endpoint }) => ({ id, client: createClient(Agent, this.#connect(endpoint)) }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.#connections) connection.close();
  }

  #connect(endpoint: string): Connection {
    const connection = connect(endpoint);
    this.#connections.push(connection);
    return connection;
  }
}

/** Finds the registry: by option or environment, else where `ocelli up` of the data directory said it listens. */
export async function openMesh(options: MeshOptions): Promise<MeshClient> {
  const given = options.registry ?? process.env["OCELLI_REGISTRY"];
  const endpoint = given ?? (await readEndpoints(options.data))?.registry;
  if (endpoint === undefined) {
    const hint = `start one with "ocelli up", or name its registry with --registry host:port`;
    throw new Exit(exitCodes.unreachable, `no mesh is known in ${options.data}; ${hint}`);
  }
  return new MeshClient(endpoint);
}
