/** What a source says exists. */
export interface FoundResource {
  readonly id: string;
  readonly site: string;
  readonly class: string;
  readonly subclass: string;
  readonly type: string;
  readonly endpoint: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly parents: readonly string[];
  /** Seconds it is kept after it was last seen; 0 means the mesh's default. */
  readonly ttlS: number;
}

/** Fields that hold text, in the order of a resource. */
export const textFields = ["id", "site", "class", "subclass", "type", "endpoint"] as const;
export type TextField = (typeof textFields)[number];

/** What an entry is given where its source says nothing. */
export type Defaults = Partial<Readonly<Record<Exclude<TextField, "id" | "endpoint">, string>>> & {
  readonly ttlS?: number;
};

export type Judged =
  | { readonly kind: "resource"; readonly resource: FoundResource }
  | { readonly kind: "bad"; readonly reason: string };

const longestIdBytes = 512;

/** Takes the fields of one resource together, or says everything that is wrong with them.
 *  An endpoint that is missing is the id. `_resource_ttl` in the metadata is the ttl, as Panoptes has it. */
export function judgeEntry(
  fields: Partial<Readonly<Record<TextField, string>>>,
  metadata: ReadonlyMap<string, string>,
  rest: { readonly parents?: readonly string[]; readonly ttl?: string },
  defaults: Defaults,
  problems: readonly string[] = [],
): Judged {
  const reasons = [...problems];
  const id = fields.id ?? "";
  if (id === "") reasons.push("it has no id");
  const bytes = Buffer.byteLength(id);
  if (bytes > longestIdBytes) reasons.push(`its id is ${bytes} bytes long, at most ${longestIdBytes} are kept`);

  const facts = new Map(metadata);
  const ttlText = rest.ttl ?? facts.get("_resource_ttl");
  facts.delete("_resource_ttl");
  const ttlS = ttlText === undefined ? (defaults.ttlS ?? 0) : Number(ttlText);
  if (!Number.isInteger(ttlS) || ttlS < 0 || ttlS > 4_294_967_295 || ttlText?.trim() === "") {
    reasons.push(`its ttl is ${JSON.stringify(ttlText)}, not a whole number of seconds`);
  }
  if (reasons.length > 0) return { kind: "bad", reason: reasons.join("; ") };
  return {
    kind: "resource",
    resource: {
      id,
      site: fields.site || (defaults.site ?? ""),
      class: fields.class || (defaults.class ?? ""),
      subclass: fields.subclass || (defaults.subclass ?? ""),
      type: fields.type || (defaults.type ?? ""),
      endpoint: fields.endpoint || id,
      metadata: Object.fromEntries(facts),
      parents: rest.parents ?? [],
      ttlS,
    },
  };
}
