import type { Resource } from "@ocelli/plugin-sdk";

const loopback = new Set(["localhost", "127.0.0.1", "::1", "[::1]"]);

/** Whether a resource is the machine called `hostname`. Another agent may be asked for it, and would answer for itself.
 *  Loopback is whatever machine it is asked on, and therefore always meant. */
export function isThisMachine(resource: Pick<Resource, "id" | "endpoint">, hostname: string): boolean {
  const own = hostname.toLowerCase();
  const endpoint = resource.endpoint.toLowerCase();
  return resource.id.toLowerCase() === own || endpoint === own || loopback.has(endpoint);
}
