import { utf8Length } from "./fnv.js";

/** Something that is watched. Every field but `metadata`, `parents` and `ttlS` is plain text, possibly empty save `id`. */
export interface Resource {
  readonly id: string;
  readonly site: string;
  readonly class: string;
  readonly subclass: string;
  readonly type: string;
  /** Host, host:port or URL. Resources with one endpoint are one device. */
  readonly endpoint: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly parents: readonly string[];
  /** Seconds it is kept after it was last seen; 0 means the mesh's default. */
  readonly ttlS: number;
}

/** A resource as the registry keeps it. Instants are epoch ms of the broker's clock. */
export interface ResourceRecord {
  readonly resource: Resource;
  /** The discovery plugin it comes from; empty where it was put by hand. */
  readonly source: string;
  readonly firstSeenAtMs: number;
  readonly seenAtMs: number;
  readonly endpointSinceAtMs: number;
  readonly expiresAtMs: number;
  readonly heldForRemoval: boolean;
}

/** Facts of one namespace about one resource. `data` is a JSON object. */
export interface EnrichmentSet {
  readonly namespace: string;
  readonly schema: string;
  readonly ttlS: number;
  /** UTF-8 bytes of a JSON object. */
  readonly dataJson: Uint8Array;
  /** Empty means the resource that was asked about. */
  readonly resourceId: string;
}

export interface EnrichmentRecord {
  readonly set: EnrichmentSet;
  readonly plugin: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

export const resourceIdMaxBytes = 512;
export const defaultResourceTtlS = 7 * 24 * 3600;

/** Everything that is wrong with a resource, in sentences. Empty means nothing. */
export function resourceProblems(resource: Resource): string[] {
  const problems: string[] = [];
  if (resource.id === "") problems.push("id is empty; every resource needs one");
  const bytes = utf8Length(resource.id);
  if (bytes > resourceIdMaxBytes) problems.push(`id is ${bytes} bytes long; at most ${resourceIdMaxBytes} are kept`);
  if (!Number.isInteger(resource.ttlS) || resource.ttlS < 0)
    problems.push(`ttl ${resource.ttlS} is not a whole number of seconds`);
  if (resource.parents.includes(resource.id)) problems.push("it is its own parent");
  return problems;
}

/** Whether two resources say the same. The order of metadata keys does not matter. */
export function sameResource(a: Resource, b: Resource): boolean {
  const plain = ["id", "site", "class", "subclass", "type", "endpoint", "ttlS"] as const;
  if (plain.some((field) => a[field] !== b[field])) return false;
  if (a.parents.length !== b.parents.length || a.parents.some((id, i) => id !== b.parents[i])) return false;
  const keys = Object.keys(a.metadata);
  return keys.length === Object.keys(b.metadata).length && keys.every((key) => a.metadata[key] === b.metadata[key]);
}
