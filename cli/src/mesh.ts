import { messageOf } from "@ocelli/model";
import { Agent } from "@ocelli/proto/agent";
import { Feed, type ListServicesResponse, Registry, type ServicePresence } from "@ocelli/proto/registry";
import { Scheduler } from "@ocelli/proto/scheduler";
import { type Client, type Connection, connect, parseListenAddress } from "@ocelli/rpc";
import { Exit, exitCodes } from "./exit-codes.js";
import { namedClient } from "./named-client.js";
import { readEndpoints } from "./up/data-directory.js";

/** What every verb that asks a mesh takes. */
export interface MeshOptions {
  /** host:port of a registry; wins over everything. */
  readonly registry?: string | undefined;
  /** The data directory of `ocelli up`. */
  readonly data: string;
  /** How long one question may take; 10 s where it is not said. */
  readonly timeoutMs?: number | undefined;
}

/** One process of the mesh, and how to ask it. */
export interface Peer<C> {
  readonly id: string;
  readonly endpoint: string;
  readonly client: C;
}

export type SchedulerPeer = Peer<Client<typeof Scheduler>>;
export type AgentPeer = Peer<Client<typeof Agent>>;

const defaultTimeoutMs = 10_000;

/** A mesh as clients see it: the registry is asked where the others are. Whatever cannot be reached ends the verb with a
 *  sentence that names it. */
export class MeshClient implements Disposable {
  readonly registryAt: string;
  readonly registry: Client<typeof Registry>;
  readonly feed: Client<typeof Feed>;
  readonly #timeoutMs: number;
  readonly #connections: Connection[] = [];

  constructor(registryAt: string, timeoutMs = defaultTimeoutMs) {
    this.registryAt = registryAt;
    this.#timeoutMs = timeoutMs;
    const connection = this.#connect(registryAt);
    const who = { name: "the registry", endpoint: registryAt, hint: registryHint };
    this.registry = namedClient(Registry, connection, who, timeoutMs);
    this.feed = namedClient(Feed, connection, who, timeoutMs);
  }

  services(): Promise<ListServicesResponse> {
    return this.registry.listServices({});
  }

  /** All schedulers: each answers for the partitions it leads. */
  async schedulers(): Promise<SchedulerPeer[]> {
    const found = this.schedulersOf((await this.services()).services);
    if (found.length > 0) return found;
    throw new Exit(exitCodes.unreachable, `no scheduler is running; see "ocelli status"`);
  }

  async agents(): Promise<AgentPeer[]> {
    return this.agentsOf((await this.services()).services);
  }

  schedulersOf(services: readonly ServicePresence[]): SchedulerPeer[] {
    return this.#peers(Scheduler, "scheduler", services);
  }

  agentsOf(services: readonly ServicePresence[]): AgentPeer[] {
    return this.#peers(Agent, "agent", services);
  }

  [Symbol.dispose](): void {
    for (const connection of this.#connections) connection.close();
  }

  #peers<S extends typeof Scheduler | typeof Agent>(
    service: S,
    kind: "scheduler" | "agent",
    services: readonly ServicePresence[],
  ): Peer<Client<S>>[] {
    return services
      .filter((presence) => presence.kind === kind)
      .map(({ id, endpoint }) => {
        const who = { name: `${kind} ${id}`, endpoint, hint: "" };
        return { id, endpoint, client: namedClient(service, this.#connect(endpoint), who, this.#timeoutMs) };
      });
  }

  #connect(endpoint: string): Connection {
    const connection = connect(endpoint);
    this.#connections.push(connection);
    return connection;
  }
}

const registryHint = `start a mesh with "ocelli up", or name its registry with --registry host:port`;

/** Finds the registry: by option or environment, else where `ocelli up` of the data directory said it listens. */
export async function openMesh({ registry, data, timeoutMs }: MeshOptions): Promise<MeshClient> {
  const endpoint = registry ?? (await readEndpoints(data))?.registry;
  if (endpoint === undefined) throw new Exit(exitCodes.unreachable, `no mesh is known in ${data}; ${registryHint}`);
  parseListenAddress(endpoint);
  return new MeshClient(endpoint, timeoutMs);
}

/** What became of asking several peers the same: the answers, and who gave none and why. */
export interface Answers<A> {
  readonly answers: readonly { readonly id: string; readonly answer: A }[];
  readonly silent: readonly { readonly id: string; readonly reason: string }[];
}

/** Asks all peers at the same time. None that fails keeps the others from answering. */
export async function askAll<C, A>(peers: readonly Peer<C>[], ask: (client: C) => Promise<A>): Promise<Answers<A>> {
  const asked = await Promise.allSettled(peers.map(({ client }) => ask(client)));
  const answers: { id: string; answer: A }[] = [];
  const silent: { id: string; reason: string }[] = [];
  for (const [i, one] of asked.entries()) {
    const id = peers[i]?.id ?? "";
    if (one.status === "fulfilled") answers.push({ id, answer: one.value });
    else silent.push({ id, reason: messageOf(one.reason) });
  }
  return { answers, silent };
}

/** Asks one scheduler after the other until one can be reached: for what any of them does. */
export async function anyScheduler<A>(
  mesh: MeshClient,
  ask: (client: SchedulerPeer["client"]) => Promise<A>,
): Promise<A> {
  let failure: unknown;
  for (const { client } of await mesh.schedulers()) {
    try {
      return await ask(client);
    } catch (error) {
      if (!(error instanceof Exit && error.code === exitCodes.unreachable)) throw error;
      failure ??= error;
    }
  }
  throw failure;
}
