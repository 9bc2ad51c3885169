const pattern = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Whether a text may name a metric or a dimension: a letter or underscore, then letters, digits and underscores. */
export function isName(text: string): boolean {
  return pattern.test(text);
}

/** A text of a module inside a sentence of ours: quoted, cut, and without characters that act on terminals. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
