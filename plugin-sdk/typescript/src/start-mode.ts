import { OcelliError } from "@ocelli/model";

type Environment = Readonly<Record<string, string | undefined>>;

/** How a module was started. */
export type StartMode =
  | { readonly kind: "child" }
  | { readonly kind: "by_hand" }
  | {
      readonly kind: "stand_alone";
      readonly listen: string;
      readonly registry: string;
      /** What others dial; undefined: where it listens. */
      readonly advertise: string | undefined;
      readonly joinToken: string | undefined;
      readonly instanceId: string | undefined;
    };

/** Reads from the environment, and from whether a person sits there, how the module was started. Throws "invalid" where
 *  only half of what a stand-alone module needs is said. */
export function startModeOf(env: Environment, stdinIsTerminal: boolean): StartMode {
  const listen = env["OCELLI_MODULE_LISTEN"] || undefined;
  const registry = env["OCELLI_REGISTRY"] || undefined;
  if (listen !== undefined && registry !== undefined) {
    return {
      kind: "stand_alone",
      listen,
      registry,
      advertise: env["OCELLI_MODULE_ADVERTISE"] || undefined,
      joinToken: env["OCELLI_JOIN_TOKEN"] || undefined,
      instanceId: env["OCELLI_MODULE_INSTANCE"] || undefined,
    };
  }
  if (listen !== undefined) {
    const text = "OCELLI_MODULE_LISTEN is set, OCELLI_REGISTRY is not: a stand-alone module needs both";
    throw new OcelliError("invalid", `${text} (host:port each)`);
  }
  return stdinIsTerminal ? { kind: "by_hand" } : { kind: "child" };
}

/** What a person sees who starts a module by hand. */
export function explanation(name: string, version: string, description: string, script: string): string {
  return `${name} ${version}: ${description}

This is a plugin module of Ocelli. Ocelli starts it; started by hand it has nobody to work for. What you can do:

  run it once, without a mesh   ocelli poll once --help
  let a mesh use it             name it in a plugin file:  [Core] Module = ${script}
  run it as a service           OCELLI_MODULE_LISTEN=127.0.0.1:7400 OCELLI_REGISTRY=HOST:PORT node ${script}
                                and name it in a plugin file:  [Core] Module = service:${name}
`;
}
