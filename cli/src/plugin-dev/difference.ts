export type Value = number | bigint | string;

/** One thing that is not the same on both sides. */
export interface Difference {
  /** What it is about, such as `cpu cpu_no=0 cpu_percent`. */
  readonly subject: string;
  /** `gauge`: its value, which may have changed in between. `fell`: a counter that is smaller in the later run.
   *  `content`: a fact or a field of a resource. */
  readonly kind: "only_live" | "only_shadow" | "gauge" | "fell" | "type" | "content";
  readonly live?: Value;
  readonly shadow?: Value;
  /** From live to shadow. */
  readonly change?: number | bigint;
}

/** A counter that went on between the two runs: no difference. */
export interface Grown {
  readonly subject: string;
  readonly live: number | bigint;
  readonly shadow: number | bigint;
  readonly change: number | bigint;
}

export interface DataComparison {
  /** How many things either side has. */
  readonly compared: number;
  readonly same: number;
  readonly grown: readonly Grown[];
  readonly differences: readonly Difference[];
}
