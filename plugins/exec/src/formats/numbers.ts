export type NumberOutcome =
  | { readonly kind: "number"; readonly value: number | bigint }
  | { readonly kind: "none"; readonly why: string };

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const notFinite = /^[+-]?(nan|inf|infinity)$/i;

/** A number as text. Whole ones that a double cannot hold exactly come as bigint. */
export function readNumber(text: string): NumberOutcome {
  if (notFinite.test(text)) return { kind: "none", why: `${text} is not a value: leave out what was not measured` };
  if (!decimal.test(text)) return { kind: "none", why: `${quoted(text)} is not a number` };
  const value = Number(text);
  if (!Number.isFinite(value)) return { kind: "none", why: `${quoted(text)} is too large` };
  if (Number.isInteger(value) && !Number.isSafeInteger(value) && /^[+-]?\d+$/.test(text)) {
    return { kind: "number", value: BigInt(text.replace(/^\+/, "")) };
  }
  return { kind: "number", value };
}

/** Some of the output, for a message. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
