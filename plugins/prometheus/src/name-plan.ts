/** What a family of series comes from. */
export interface Origin {
  readonly group: string;
  readonly metric: string;
  readonly type: "gauge" | "counter";
}

/** A text that is unique for each origin. */
export function originKey({ group, metric, type }: Origin): string {
  return `${type}\u0000${group}\u0000${metric}`;
}

/** Gives each origin a family name that clashes with no other. Counters come first and keep their name; a gauge of the
 *  same name gets the ending `_gauge`; whatever still clashes is numbered. Depends on the set of origins only, not on
 *  their order. A counter's name here is without `_total`, which its samples carry. */
export function planNames(origins: Iterable<Origin>, prefix: string, reserved: Iterable<string>): Map<string, string> {
  const taken = new Set(reserved);
  const names = new Map<string, string>();
  const sorted = [...origins].map((origin) => ({ origin, key: originKey(origin) }));
  for (const { origin, key } of sorted.sort((a, b) => (a.key < b.key ? -1 : 1))) {
    const name = freeName(origin, sanitize(`${prefix}${origin.group}_${origin.metric}`), taken);
    for (const one of occupied(origin.type, name)) taken.add(one);
    names.set(key, name);
  }
  return names;
}

/** Names as Prometheus wants them: letters, digits and underscores, no digit first. */
export function sanitize(name: string): string {
  const plain = name.replace(/[^a-zA-Z0-9_]/g, "_");
  return /^[0-9]/.test(plain) || plain === "" ? `_${plain}` : plain;
}

function freeName({ type }: Origin, wanted: string, taken: ReadonlySet<string>): string {
  const base = type === "counter" ? wanted.replace(/_total$/, "") || "_" : wanted;
  const isFree = (name: string): boolean => occupied(type, name).every((one) => !taken.has(one));
  if (isFree(base)) return base;
  const next = type === "gauge" ? `${base}_gauge` : base;
  if (isFree(next)) return next;
  for (let number = 2; ; number += 1) if (isFree(`${next}_${number}`)) return `${next}_${number}`;
}

/** Family and sample names that nobody else may use beside this family. */
function occupied(type: Origin["type"], name: string): string[] {
  return type === "counter" ? [name, `${name}_total`, `${name}_created`] : [name];
}
