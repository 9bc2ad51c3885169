import { nearest } from "../nearest.js";
import { shorten } from "./problem.js";
import { type FilterClause, type FilterField, type FilterOperator, filterFields, printValue } from "./syntax.js";
import { describe, keywordOf, type TokenCursor } from "./token-cursor.js";
import type { Token } from "./tokens.js";

const metadataPrefix = "resource_metadata.";
const fieldNames = Object.keys(filterFields);

/** Parses `field operator value`. Undefined means that a problem was kept and parsing cannot go on. */
export function parseClause(cursor: TokenCursor): FilterClause | undefined {
  const token = cursor.peek();
  if (token.kind !== "word" || keywordOf(token)) {
    return cursor.problem(token.offset, `expected a field, NOT or (, found ${describe(token)}`);
  }
  cursor.next();
  const field = parseField(cursor, token);
  const operator = parseOperator(cursor, shorten(token.value));
  if (!operator) return undefined;
  const list = operator === "IN" || operator === "NOT IN";
  const values = list ? parseList(cursor, operator) : parseValue(cursor, operator);
  if (!values) return undefined;
  const text = cursor.text.slice(token.offset, values.endOffset);
  return { kind: "clause", field, operator, values: values.values, text };
}

/** An unknown field is a problem, but what follows it can be looked at all the same. */
function parseField(cursor: TokenCursor, { value, key, offset }: Token): FilterField {
  const name = value.toLowerCase();
  const known = Object.entries(filterFields).find(([field]) => field === name);
  if (known && key === undefined) return { kind: "plain", name: known[1] };
  if (name.startsWith(metadataPrefix)) {
    const metadataKey = value.slice(metadataPrefix.length) + (key ?? "");
    if (metadataKey === "") cursor.problem(offset, `${value} lacks a key, such as resource_metadata.model`);
    else return { kind: "metadata", key: metadataKey };
  } else {
    const right = nearestField(value);
    const hint = right
      ? `, did you mean "${right}"?`
      : `; the fields are ${fieldNames.join(", ")} and resource_metadata.<key>`;
    cursor.problem(offset, `unknown field "${shorten(value)}"${hint}`);
  }
  return { kind: "metadata", key: "" };
}

function nearestField(word: string): string | undefined {
  const name = word.toLowerCase();
  const short = fieldNames.find((field) => field === `resource_${name}`);
  if (short) return short;
  const [head = "", ...rest] = word.split(".");
  if (rest.length === 0) return nearest(name, [...fieldNames, "resource_metadata.<key>", "resource_metadata"]);
  const dotted = fieldNames.find((field) => field === `resource_${rest.join(".").toLowerCase()}`);
  if (head.toLowerCase() === "resource" && dotted) return dotted;
  const metadata = head.toLowerCase() === "metadata" || nearest(head, ["resource_metadata"]) !== undefined;
  return metadata ? `${metadataPrefix}${rest.join(".")}` : undefined;
}

function parseOperator(cursor: TokenCursor, field: string): FilterOperator | undefined {
  if (cursor.accept("=") || cursor.accept("EQ")) return "=";
  if (cursor.accept("!=") || cursor.accept("NE")) return "!=";
  if (cursor.accept("LIKE")) return "LIKE";
  if (cursor.accept("IN")) return "IN";
  const negated = cursor.accept("NOT") !== undefined;
  if (negated && cursor.accept("LIKE")) return "NOT LIKE";
  if (negated && cursor.accept("IN")) return "NOT IN";
  const token = cursor.peek();
  const right = token.kind === "word" && nearest(token.value, ["LIKE", "NOT", "IN"]);
  const expected = negated ? "LIKE or IN after NOT" : `=, !=, LIKE, NOT LIKE, IN or NOT IN after ${field}`;
  const hint = right ? `, did you mean ${right}?` : "";
  return cursor.problem(token.offset, `expected ${expected}, found ${describe(token)}${hint}`);
}

interface Values {
  readonly values: readonly string[];
  readonly endOffset: number;
}

function parseValue(cursor: TokenCursor, after: string): Values | undefined {
  const token = cursor.peek();
  const bare = token.kind === "word" && !keywordOf(token);
  if (token.kind !== "string" && !bare) {
    return cursor.problem(token.offset, `expected a value in double quotes after ${after}, found ${describe(token)}`);
  }
  if (bare) {
    cursor.problem(token.offset, `values stand in double quotes: write ${shorten(printValue(token.value))}`);
  }
  cursor.next();
  return { values: [token.value], endOffset: token.endOffset };
}

function parseList(cursor: TokenCursor, operator: string): Values | undefined {
  const open = cursor.peek();
  if (!cursor.accept("(")) {
    return cursor.problem(open.offset, `${operator} takes a list, such as ("a", "b"), found ${describe(open)}`);
  }
  const values: string[] = [];
  do {
    const item = parseValue(cursor, values.length === 0 ? "(" : ",");
    if (!item) return undefined;
    values.push(...item.values);
  } while (cursor.accept(","));
  const token = cursor.peek();
  if (cursor.accept(")")) return { values, endOffset: token.endOffset };
  if (token.kind === "end") return cursor.problem(open.offset, "this ( is never closed");
  return cursor.problem(token.offset, `expected , or ) in the list, found ${describe(token)}`);
}
