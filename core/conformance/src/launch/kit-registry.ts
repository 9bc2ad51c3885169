import { joinTokenKey, OcelliError } from "@ocelli/model";
import type { RegisterRequest } from "@ocelli/proto/registry";
import { ModuleRegistry } from "@ocelli/proto/registry";
import { type CallContext, implement, type RunningServer, startServer, statusOf, untilAborted } from "@ocelli/rpc";
import { openWire } from "../wire/wire.js";

/** What a stand-alone module told the registry. */
export type RegistryEvent =
  | { readonly kind: "registered"; readonly request: RegisterRequest; readonly joinToken: string | undefined }
  | { readonly kind: "refused"; readonly request: RegisterRequest; readonly reason: string }
  | { readonly kind: "heartbeat"; readonly who: Who; readonly joinToken: string | undefined }
  | { readonly kind: "deregistered"; readonly who: Who; readonly joinToken: string | undefined };

export interface Who {
  readonly name: string;
  readonly instanceId: string;
  readonly bootId: string;
}

const leaseMs = 1_500;
export const heartbeatEveryMs = 200;
const dialBackMs = 5_000;

/** A registry of the kit's own: takes registrations, dials back as the real one does, and notes what it hears. */
export class KitRegistry {
  readonly events: RegistryEvent[] = [];
  #server: RunningServer | undefined;
  #forget = false;
  #waiting: { readonly wanted: (events: readonly RegistryEvent[]) => boolean; readonly resolve: () => void }[] = [];

  static async start(): Promise<KitRegistry> {
    const registry = new KitRegistry();
    const services = [
      implement(ModuleRegistry, {
        register: (request, ctx) => registry.#register(request, ctx),
        heartbeat: (requests, ctx) => registry.#heartbeat(requests, ctx),
        deregister: ({ name, instanceId, bootId }, ctx) => {
          const joinToken = ctx.metadata(joinTokenKey);
          registry.#note({ kind: "deregistered", who: { name, instanceId, bootId }, joinToken });
          return {};
        },
      }),
    ];
    registry.#server = await startServer({ listen: "127.0.0.1:0", services });
    return registry;
  }

  get endpoint(): string {
    return this.#server?.endpoint ?? "";
  }

  /** Answers the next heartbeat with "I do not know you": the module has to register again. */
  forget(): void {
    this.#forget = true;
  }

  /** Whether `wanted` came true within `timeoutMs`. */
  async waitFor(wanted: (events: readonly RegistryEvent[]) => boolean, timeoutMs: number): Promise<boolean> {
    if (wanted(this.events)) return true;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#waiting.push({
        wanted,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
      });
    });
    return wanted(this.events);
  }

  async close(): Promise<void> {
    await this.#server?.shutdown(0);
  }

  async #register(request: RegisterRequest, ctx: CallContext) {
    const joinToken = ctx.metadata(joinTokenKey);
    const reason = await dialBack(request.endpoint);
    if (reason !== undefined) {
      this.#note({ kind: "refused", request, reason });
      throw new OcelliError("precondition", `${request.endpoint} cannot be used: ${reason}`);
    }
    this.#note({ kind: "registered", request, joinToken });
    return { leaseMs, heartbeatEveryMs };
  }

  async *#heartbeat(requests: AsyncIterable<Who>, ctx: CallContext) {
    const joinToken = ctx.metadata(joinTokenKey);
    for await (const { name, instanceId, bootId } of untilAborted(requests, ctx.draining)) {
      const unknown = this.#forget;
      this.#forget = false;
      this.#note({ kind: "heartbeat", who: { name, instanceId, bootId }, joinToken });
      yield { unknown };
      if (unknown) return;
    }
  }

  #note(event: RegistryEvent): void {
    this.events.push(event);
    this.#waiting = this.#waiting.filter(({ wanted, resolve }) => {
      if (!wanted(this.events)) return true;
      resolve();
      return false;
    });
  }
}

/** Undefined where the module answers at the endpoint it named. */
async function dialBack(endpoint: string): Promise<string | undefined> {
  if (!/^.+:\d+$/.test(endpoint)) return `"${endpoint}" is not host:port`;
  const wire = openWire(endpoint, undefined);
  try {
    await wire.plugin.handshake({ protocolMajors: [1] }, wire.options(dialBackMs));
    return undefined;
  } catch (error) {
    return statusOf(error).message;
  } finally {
    wire.close();
  }
}
