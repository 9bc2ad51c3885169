/** A place in a text, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export type JsonScan =
  /** Offsets of the elements of the list: the whole text, or what stands under the key `resources`. */
  | { readonly kind: "json"; readonly elements: readonly number[] }
  | { readonly kind: "bad"; readonly offset: number; readonly reason: string };

const deepest = 200;

/** Where each element of a JSON list stands, or where the text stops to be JSON.
 *  `JSON.parse` gives neither: its messages name a position only sometimes, and never a line. */
export function scanJson(text: string): JsonScan {
  const scanner = new Scanner(text);
  try {
    scanner.document();
    return { kind: "json", elements: scanner.elements };
  } catch (error) {
    if (error instanceof Stop) return { kind: "bad", offset: error.offset, reason: error.message };
    throw error;
  }
}

/** Line and column of an offset. */
export function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const lastBreak = before.lastIndexOf("\n");
  return { line: before.split("\n").length, column: offset - lastBreak };
}

class Stop extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

class Scanner {
  readonly elements: number[] = [];
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): void {
    this.#value(0, true);
    this.#blank();
    if (this.#at < this.#text.length) this.#stop("more text after the end of the value");
  }

  /** `listed`: whether a list here is the list of resources. */
  #value(depth: number, listed: boolean): void {
    if (depth > deepest) this.#stop(`nested deeper than ${deepest} levels`);
    this.#blank();
    const char = this.#text[this.#at];
    if (char === "{") this.#object(depth);
    else if (char === "[") this.#array(depth, listed);
    else if (char === '"') this.#string();
    else this.#word();
  }

  #object(depth: number): void {
    this.#at += 1;
    this.#blank();
    if (this.#take("}")) return;
    for (;;) {
      this.#blank();
      if (this.#text[this.#at] !== '"') this.#stop("a key in double quotes is missing");
      const key = this.#string();
      this.#blank();
      if (!this.#take(":")) this.#stop("':' is missing after the key");
      this.#value(depth + 1, depth === 0 && key === '"resources"');
      this.#blank();
      if (this.#take("}")) return;
      if (!this.#take(",")) this.#stop("',' or '}' is missing");
    }
  }

  #array(depth: number, listed: boolean): void {
    this.#at += 1;
    this.#blank();
    if (this.#take("]")) return;
    for (;;) {
      this.#blank();
      if (listed) this.elements.push(this.#at);
      this.#value(depth + 1, false);
      this.#blank();
      if (this.#take("]")) return;
      if (!this.#take(",")) this.#stop("',' or ']' is missing");
    }
  }

  #string(): string {
    const match = this.#match(/"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|[\x7f-\x9f])*"/uy);
    if (match === undefined) this.#stop("a string that does not end on its line or has a bad escape");
    return match;
  }

  #word(): void {
    const match = this.#match(/true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
    if (match !== undefined) return;
    if (this.#at >= this.#text.length) this.#stop("the text ends too early");
    this.#stop(`a value is missing before ${JSON.stringify(this.#text.slice(this.#at, this.#at + 12))}`);
  }

  #blank(): void {
    this.#match(/[ \t\r\n]*/y);
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #stop(reason: string): never {
    throw new Stop(this.#at, this.#at >= this.#text.length ? `${reason} (the text ends here)` : reason);
  }
}
