import { LineProblem } from "./line-problem.js";

/** Text fields may hold line ends, so that the text is not cut into lines first. */
export class Cursor {
  readonly text: string;
  at = 0;
  #line = 1;
  #lineAt = 0;
  #seen = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isDone(): boolean {
    return this.at >= this.text.length;
  }

  peek(): string {
    return this.text.charAt(this.at);
  }

  get isLineEnd(): boolean {
    return this.isDone || this.peek() === "\n" || (this.peek() === "\r" && this.text[this.at + 1] === "\n");
  }

  skipLine(): void {
    const end = this.text.indexOf("\n", this.at);
    this.at = end < 0 ? this.text.length : end + 1;
  }

  skipBlanks(): void {
    while (this.peek() === " " || this.peek() === "\t") this.at += 1;
  }

  /** Places are asked for in their order. */
  placeOf(at: number): { line: number; column: number } {
    for (; this.#seen < at; this.#seen += 1) {
      if (this.text[this.#seen] !== "\n") continue;
      this.#line += 1;
      this.#lineAt = this.#seen + 1;
    }
    return { line: this.#line, column: at - this.#lineAt + 1 };
  }

  /** Up to one of `ends`, which a backslash takes the meaning from. */
  word(ends: string, what: string): string {
    const start = this.at;
    let word = "";
    while (!this.isLineEnd && !ends.includes(this.peek())) {
      const next = this.text.charAt(this.at + 1);
      if (this.peek() === "\\" && next !== "" && ", =\\".includes(next) && (ends.includes(next) || next === "="))
        this.at += 1;
      word += this.peek();
      this.at += 1;
    }
    if (word === "") throw new LineProblem(start, `${what} is missing`);
    return word;
  }
}
