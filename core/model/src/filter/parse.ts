import { nearest } from "../nearest.js";
import { parseClause } from "./parse-clause.js";
import { type FilterProblem, locate } from "./problem.js";
import { type Filter, type FilterNode, filterDepthMax, filterTextMax } from "./syntax.js";
import { describe, TokenCursor } from "./token-cursor.js";

export type ParsedFilter =
  | { readonly kind: "ok"; readonly filter: Filter }
  /** In the order of the text; at least one. */
  | { readonly kind: "bad"; readonly problems: readonly FilterProblem[] };

/** So many problems are told of one filter. */
const problemsMax = 20;

/** Parses filter text. Words, quotes and fields that are wrong are all named at once; of the structure, the first fault. */
export function parseFilter(text: string): ParsedFilter {
  if (text.length > filterTextMax) {
    const message = `a filter is at most ${filterTextMax} characters long, this one is ${text.length}`;
    return { kind: "bad", problems: [locate(text, { offset: filterTextMax, message })] };
  }
  const cursor = new TokenCursor(text);
  const empty = cursor.peek().kind === "end";
  const root = empty ? undefined : parseOr(cursor, 0);
  const rest = cursor.peek();
  if (root && rest.kind !== "end") afterClause(cursor, "the end");
  if (cursor.slips.length === 0) return { kind: "ok", filter: { text, root } };
  const slips = cursor.slips.toSorted((a, b) => a.offset - b.offset).slice(0, problemsMax);
  return { kind: "bad", problems: slips.map((slip) => locate(text, slip)) };
}

function parseOr(cursor: TokenCursor, depth: number): FilterNode | undefined {
  return parseChain(cursor, "OR", () => parseChain(cursor, "AND", () => parseUnary(cursor, depth)));
}

function parseChain(
  cursor: TokenCursor,
  joiner: "AND" | "OR",
  parseItem: () => FilterNode | undefined,
): FilterNode | undefined {
  const items: FilterNode[] = [];
  do {
    const item = parseItem();
    if (!item) return undefined;
    items.push(item);
  } while (cursor.accept(joiner));
  return items.length === 1 ? items[0] : { kind: joiner === "AND" ? "and" : "or", items };
}

function parseUnary(cursor: TokenCursor, depth: number): FilterNode | undefined {
  const { offset } = cursor.peek();
  if (depth > filterDepthMax) {
    return cursor.problem(offset, `nested too deep: at most ${filterDepthMax} parentheses and NOTs`);
  }
  if (cursor.accept("NOT")) {
    const item = parseUnary(cursor, depth + 1);
    return item && { kind: "not", item };
  }
  if (!cursor.accept("(")) return parseClause(cursor);
  const inner = parseOr(cursor, depth + 1);
  if (!inner || cursor.accept(")")) return inner;
  if (cursor.peek().kind === "end") return cursor.problem(offset, "this ( is never closed");
  return afterClause(cursor, ")");
}

/** Says what is wrong with the token that stands behind a whole clause. */
function afterClause(cursor: TokenCursor, end: string): undefined {
  const token = cursor.peek();
  if (token.kind === "symbol" && token.value === ")") return cursor.problem(token.offset, "this ) was never opened");
  const right = token.kind === "word" && nearest(token.value, ["AND", "OR"]);
  const hint = right ? `, did you mean ${right}?` : "";
  return cursor.problem(token.offset, `expected AND, OR or ${end}, found ${describe(token)}${hint}`);
}
