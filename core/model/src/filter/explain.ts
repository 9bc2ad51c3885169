import { clauseMatcher } from "./match.js";
import { shorten } from "./problem.js";
import {
  type Filter,
  type FilterClause,
  type FilterNode,
  type FilterSubject,
  fieldReader,
  printField,
  printValue,
} from "./syntax.js";

/** One clause and how it fared on a resource. */
export interface ClauseVerdict {
  /** As written. */
  readonly text: string;
  readonly holds: boolean;
  /** The value it looked at; empty for a metadata key that is missing. */
  readonly value: string;
  /** How many AND, OR and NOT it stands in. */
  readonly depth: number;
}

/** Why a filter does or does not match a resource. */
export interface Explanation {
  readonly matches: boolean;
  /** Every clause, in the order it is written, also where an earlier one had decided. */
  readonly clauses: readonly ClauseVerdict[];
  /** One sentence that names the clauses that decided and the values they looked at. */
  readonly summary: string;
}

/** A part of the filter and what decided it: of an AND that fails the first clause that fails, and so on. */
interface Outcome {
  readonly holds: boolean;
  readonly clauses: readonly ClauseVerdict[];
  readonly because: readonly string[];
}

/** Says whether a filter matches and which clause decided. Slower than `matches`; the answer is the same. */
export function explain(filter: Filter, subject: FilterSubject): Explanation {
  if (!filter.root) return { matches: true, clauses: [], summary: "yes: the filter is empty" };
  const { holds, clauses, because } = judgeNode(filter.root, subject, 0, false);
  const named = because.slice(0, 3);
  if (because.length > named.length) named.push(`and ${because.length - named.length} more`);
  return { matches: holds, clauses, summary: `${holds ? "yes" : "no"}: ${named.join("; ")}` };
}

function judgeNode(node: FilterNode, subject: FilterSubject, depth: number, negated: boolean): Outcome {
  if (node.kind === "clause") return judgeClause(node, subject, depth, negated);
  if (node.kind === "not") {
    const item = judgeNode(node.item, subject, depth + 1, !negated);
    return { ...item, holds: !item.holds };
  }
  const items = node.items.map((item) => judgeNode(item, subject, depth + 1, negated));
  const decidesAlone = node.kind === "or";
  const decider = items.find((item) => item.holds === decidesAlone);
  return {
    holds: decider ? decidesAlone : !decidesAlone,
    clauses: items.flatMap((item) => item.clauses),
    because: decider ? decider.because : items.flatMap((item) => item.because),
  };
}

function judgeClause(clause: FilterClause, subject: FilterSubject, depth: number, negated: boolean): Outcome {
  const { field, text } = clause;
  const value = fieldReader(field)(subject);
  const holds = clauseMatcher(clause)(subject);
  const missing = field.kind === "metadata" && !Object.hasOwn(subject.metadata, field.key);
  const seen = missing ? "is not set" : `is ${shorten(printValue(value))}`;
  const under = negated ? " under NOT" : "";
  const because = `${shorten(text, 100)} is ${holds}${under}, ${printField(field)} ${seen}`;
  return { holds, clauses: [{ text, holds, value, depth }], because: [because] };
}
