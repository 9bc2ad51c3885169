import { likeMatcher } from "./like.js";
import { type Filter, type FilterClause, type FilterNode, type FilterSubject, fieldReader } from "./syntax.js";

export type Matcher = (subject: FilterSubject) => boolean;

const compiled = new WeakMap<Filter, Matcher>();

/** Whether a resource matches. A filter is compiled once, at its first use. */
export function matches(filter: Filter, subject: FilterSubject): boolean {
  return matcherOf(filter)(subject);
}

/** The filter as a function, for loops over many resources. */
export function matcherOf(filter: Filter): Matcher {
  let matcher = compiled.get(filter);
  if (!matcher) {
    matcher = filter.root ? compile(filter.root) : () => true;
    compiled.set(filter, matcher);
  }
  return matcher;
}

function compile(node: FilterNode): Matcher {
  if (node.kind === "clause") return clauseMatcher(node);
  if (node.kind === "not") {
    const item = compile(node.item);
    return (subject) => !item(subject);
  }
  const items = node.items.map(compile);
  const stopAt = node.kind === "or";
  return (subject) => {
    for (const item of items) if (item(subject) === stopAt) return stopAt;
    return !stopAt;
  };
}

/** One clause as a function. */
export function clauseMatcher(clause: FilterClause): Matcher {
  const read = fieldReader(clause.field);
  const test = valueTest(clause);
  return (subject) => test(read(subject));
}

function valueTest({ operator, values }: FilterClause): (value: string) => boolean {
  const wanted = values[0] ?? "";
  switch (operator) {
    case "=":
      return (value) => value === wanted;
    case "!=":
      return (value) => value !== wanted;
    case "LIKE":
      return likeMatcher(wanted);
    case "NOT LIKE": {
      const like = likeMatcher(wanted);
      return (value) => !like(value);
    }
    case "IN": {
      const set = new Set(values);
      return (value) => set.has(value);
    }
    case "NOT IN": {
      const set = new Set(values);
      return (value) => !set.has(value);
    }
  }
}
