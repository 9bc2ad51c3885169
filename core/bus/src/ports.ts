/** What the bus writes to a log: data first, then a constant message. */
export interface BusLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  debug(fields: object, message: string): void;
}

/** How to reach NATS, and what the mesh looks like where this process is the first to come. */
export interface BusSettings {
  /** nats:// or tls:// URLs. Credentials may stand in them. */
  readonly urls: readonly string[];
  /** First token of every subject, stream and bucket, so that several meshes can share a cluster. */
  readonly prefix: string;
  /** Shown by the server; kind and id of the process. */
  readonly name: string;
  /** Partitions of a new mesh. An existing mesh keeps its own count. */
  readonly partitions: number;
  /** Replicas of new streams and buckets. */
  readonly replicas: number;
  /** How long results and events are kept, in ms. */
  readonly retentionMs: number;
  /** How many bytes of results are kept. */
  readonly retentionBytes: number;
  readonly credentialsFile?: string;
  readonly caFile?: string;
}
