import { type Resource, resourceProblems, utf8Length } from "@ocelli/model";

/** The most text that one resource may hold: its record has to fit into one message of the broker, and many into memory. */
const resourceMaxBytes = 256 * 1024;

/** Everything that keeps a resource from being taken, in sentences. Empty means nothing. */
export function whyNotTaken(resource: Resource): string[] {
  const bytes = textBytes(resource);
  const tooBig = `it holds ${bytes} bytes of text; at most ${resourceMaxBytes} are kept`;
  return bytes > resourceMaxBytes ? [...resourceProblems(resource), tooBig] : resourceProblems(resource);
}

/** Exact where it matters: a text of UTF-16 takes at most three bytes a unit, so most need no counting. */
function textBytes({ site, subclass, type, endpoint, metadata, parents, ...rest }: Resource): number {
  const texts = [rest.class, site, subclass, type, endpoint, ...parents, ...Object.entries(metadata).flat()];
  const units = texts.reduce((sum, text) => sum + text.length, 0);
  return units * 3 <= resourceMaxBytes ? 0 : texts.reduce((sum, text) => sum + utf8Length(text), 0);
}
