import type { Resource } from "../resource.js";

/** Fields of a resource that a filter can name, by their name in the language. */
export const filterFields = {
  resource_site: "site",
  resource_class: "class",
  resource_subclass: "subclass",
  resource_type: "type",
  resource_id: "id",
  resource_endpoint: "endpoint",
} as const;

export type PlainField = (typeof filterFields)[keyof typeof filterFields];

/** What a filter looks at. */
export type FilterSubject = Pick<Resource, PlainField | "metadata">;

export type FilterField =
  | { readonly kind: "plain"; readonly name: PlainField }
  /** `key` is case-sensitive. A resource without it has an empty value there. */
  | { readonly kind: "metadata"; readonly key: string };

export const filterOperators = ["=", "!=", "LIKE", "NOT LIKE", "IN", "NOT IN"] as const;
export type FilterOperator = (typeof filterOperators)[number];

/** One comparison. IN and NOT IN have one or more values, the others one. */
export interface FilterClause {
  readonly kind: "clause";
  readonly field: FilterField;
  readonly operator: FilterOperator;
  readonly values: readonly string[];
  /** As written. */
  readonly text: string;
}

export type FilterNode =
  | { readonly kind: "and" | "or"; readonly items: readonly FilterNode[] }
  | { readonly kind: "not"; readonly item: FilterNode }
  | FilterClause;

/** A filter that was parsed. Without a root it matches everything. */
export interface Filter {
  readonly text: string;
  readonly root: FilterNode | undefined;
}

/** How deep parentheses and NOT may nest, so that no text can exhaust the stack. */
export const filterDepthMax = 64;

/** How long the text of a filter may be, in UTF-16 units. */
export const filterTextMax = 65_536;

/** The field's value in a resource; empty where a metadata key is missing. */
export function fieldReader(field: FilterField): (subject: FilterSubject) => string {
  if (field.kind === "plain") {
    const { name } = field;
    return (subject) => subject[name];
  }
  const { key } = field;
  return ({ metadata }) => (Object.hasOwn(metadata, key) ? (metadata[key] ?? "") : "");
}

const bareKey = /^[\p{L}\p{N}_.:/@-]+$/u;

/** The field as the language writes it. */
export function printField(field: FilterField): string {
  if (field.kind === "plain") return `resource_${field.name}`;
  return `resource_metadata.${bareKey.test(field.key) ? field.key : printValue(field.key)}`;
}

/** A value in double quotes. */
export function printValue(value: string): string {
  return `"${value.replace(/["\\]/g, "\\$&")}"`;
}
