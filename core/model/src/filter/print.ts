import { type Filter, type FilterClause, type FilterNode, printField, printValue } from "./syntax.js";

/** The filter in its plainest form: canonical names and keywords, and parentheses only where the structure needs them.
 *  Parsing it gives the same filter again. */
export function printFilter(filter: Filter): string {
  return filter.root ? printNode(filter.root) : "";
}

function printNode(node: FilterNode): string {
  switch (node.kind) {
    case "clause":
      return printClause(node);
    case "not":
      return `NOT ${printItem(node.item, ["clause", "not"])}`;
    case "and":
      return node.items.map((item) => printItem(item, ["clause", "not"])).join(" AND ");
    case "or":
      return node.items.map((item) => printItem(item, ["clause", "not", "and"])).join(" OR ");
  }
}

/** `bare`: the kinds that stand there without parentheses. */
function printItem(item: FilterNode, bare: readonly FilterNode["kind"][]): string {
  return bare.includes(item.kind) ? printNode(item) : `(${printNode(item)})`;
}

function printClause({ field, operator, values }: FilterClause): string {
  const list = operator === "IN" || operator === "NOT IN";
  const printed = values.map(printValue).join(", ");
  return `${printField(field)} ${operator} ${list ? `(${printed})` : printed}`;
}
