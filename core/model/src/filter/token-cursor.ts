import { type Slip, shorten } from "./problem.js";
import { type Token, tokenize } from "./tokens.js";

export const keywords = ["AND", "OR", "NOT", "LIKE", "IN", "EQ", "NE"] as const;
export type Keyword = (typeof keywords)[number];

/** The keyword a token is, in any case. */
export function keywordOf(token: Token): Keyword | undefined {
  if (token.kind !== "word" || token.key !== undefined) return undefined;
  const upper = token.value.toUpperCase();
  return keywords.find((keyword) => keyword === upper);
}

/** A token in a message. */
export function describe(token: Token): string {
  if (token.kind === "end") return "the end";
  return token.kind === "string" ? `"${shorten(token.value)}"` : shorten(token.value);
}

/** Walks over the tokens of one filter and keeps what is wrong with it. */
export class TokenCursor {
  readonly text: string;
  readonly slips: Slip[];
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.text = text;
    const { tokens, slips } = tokenize(text);
    this.#tokens = tokens;
    this.slips = slips;
  }

  /** The next token, which stays. */
  peek(): Token {
    const token = this.#tokens[this.#at];
    if (!token) throw new RangeError("read beyond the end of a filter");
    return token;
  }

  /** The next token, which is taken; the end stays. */
  next(): Token {
    const token = this.peek();
    if (token.kind !== "end") this.#at += 1;
    return token;
  }

  /** Takes the next token if it is this symbol or keyword. */
  accept(what: Keyword | "=" | "!=" | "(" | ")" | ","): Token | undefined {
    const token = this.peek();
    const found = token.kind === "symbol" ? token.value : keywordOf(token);
    return found === what ? this.next() : undefined;
  }

  /** Keeps a problem. Returns undefined, which means to a caller that parsing cannot go on. */
  problem(offset: number, message: string): undefined {
    this.slips.push({ offset, message });
    return undefined;
  }
}
