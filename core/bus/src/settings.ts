import type { BusSettings } from "./ports.js";

/** The `[nats]` section of a service's settings. */
export interface NatsSection {
  readonly urls: readonly string[];
  readonly prefix: string;
  readonly partitions: number;
  readonly replicas: number;
  readonly retention_hours: number;
  readonly retention_mib: number;
  readonly credentials_file?: string | undefined;
  readonly ca_file?: string | undefined;
}

/** `name` is shown by the server and signs events: kind and id of the process. */
export function busSettingsOf(section: NatsSection, name: string): BusSettings {
  return {
    urls: section.urls,
    prefix: section.prefix,
    name,
    partitions: section.partitions,
    replicas: section.replicas,
    retentionMs: section.retention_hours * 3_600_000,
    retentionBytes: section.retention_mib * 1024 * 1024,
    ...(section.credentials_file ? { credentialsFile: section.credentials_file } : {}),
    ...(section.ca_file ? { caFile: section.ca_file } : {}),
  };
}
