/** A number and whether it may go down. */
export interface MetricValue {
  readonly type: "gauge" | "counter";
  readonly value: number | bigint;
}

/** Where values were made that cannot be used: only their author can mend them. */
const madeAt = new WeakMap<object, Error>();

/** A value as it is now, such as a temperature. */
export function gauge(value: number | bigint): MetricValue {
  return checkedLater({ type: "gauge", value });
}

/** A count that only grows until its source restarts, such as octets sent. Give a bigint above 2^53. */
export function counter(value: number | bigint): MetricValue {
  return checkedLater({ type: "counter", value });
}

/** Remembers who made a value that will be refused. */
function checkedLater(made: MetricValue): MetricValue {
  const { type, value } = made;
  const isNumber = typeof value === "bigint" || Number.isFinite(value);
  if (!isNumber || (type === "counter" && value < 0)) madeAt.set(made, new Error("made here"));
  return made;
}

/** An error whose stack leads to where the value was made; undefined for one that looked right. */
export function originOf(value: object): Error | undefined {
  return madeAt.get(value);
}

/** Metrics that were read together and share their dimensions. Name and dimensions are unique in an answer. */
export interface Group {
  /** What kind of group this is, such as "interface" or "cpu". */
  readonly name: string;
  /** What it is about, such as `{ interface_name: "Gi0/1" }`. */
  readonly dimensions?: Readonly<Record<string, string>>;
  /** The numbers by name. A name ends in its unit where it has one. */
  readonly metrics: Readonly<Record<string, MetricValue>>;
  /** When they were read, in epoch ms; when the answer arrived where it is not said. */
  readonly atMs?: number;
}

/** Facts of one namespace about a resource. */
export interface Enrichment {
  /** What the facts are about, such as "interface". */
  readonly namespace: string;
  /** Version of the shape of the data, such as "0.1". */
  readonly schema: string;
  /** How long the facts hold, in seconds. */
  readonly ttlS: number;
  /** Anything that JSON can say, in an object. */
  readonly data: Readonly<Record<string, unknown>>;
  /** The resource they belong to; the one that was asked about where it is not said. */
  readonly resourceId?: string;
}

/** A resource that was found. What is left out is empty. */
export interface FoundResource {
  /** Names it in the whole mesh. Any characters, up to 512 bytes. */
  readonly id: string;
  readonly site?: string;
  readonly class?: string;
  readonly subclass?: string;
  readonly type?: string;
  /** How to reach it: host, host:port or URL. */
  readonly endpoint?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Ids of the resources it is part of or depends on. */
  readonly parents?: readonly string[];
  /** How long it is kept after it was last seen, in seconds; the mesh's default where it is not said. */
  readonly ttlS?: number;
}
