import { isMap, isNode, isSeq, LineCounter, parseDocument, type YAMLSeq } from "yaml";
import { type Listed, wholeText } from "./parsed.js";

/** The elements of a YAML list, or of the list under the key `resources`, each with its line. */
export function listYaml(text: string): Listed {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const error = document.errors[0];
  if (error) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    return { kind: "unreadable", place: { line, column: col }, reason: error.message };
  }
  const root = document.contents;
  const list = isMap(root) ? root.get("resources", true) : root;
  if (!isSeq(list)) return { kind: "unreadable", place: wholeText, reason: "a list is expected" };
  try {
    return { kind: "list", values: elements(list, document, lineCounter) };
  } catch (cause) {
    // Anchors that refer to themselves or multiply without end.
    return { kind: "unreadable", place: wholeText, reason: cause instanceof Error ? cause.message : String(cause) };
  }
}

function elements(
  list: YAMLSeq,
  document: ReturnType<typeof parseDocument>,
  lineCounter: LineCounter,
): { value: unknown; line: number }[] {
  return list.items.map((item) => {
    if (!isNode(item)) return { value: item, line: 0 };
    return { value: item.toJS(document) as unknown, line: lineCounter.linePos(item.range?.[0] ?? 0).line };
  });
}
