import { type KnownKeys, type Source, sourceOf } from "./placeholder.js";

/** A part of one argument. */
export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "value";
      readonly source: Source;
      /** As it is written between the braces. */
      readonly name: string;
      /** Taken where there is no value. */
      readonly otherwise: string | undefined;
    };

/** One argument, or the value of one variable: it stays one, whatever its placeholders hold. */
export type Template = readonly Piece[];

/** What is wrong with a template, by its place. */
export interface TemplateProblem {
  readonly severity: "error" | "warning";
  /** From 1. */
  readonly column: number;
  readonly summary: string;
  readonly detail: string;
}

export interface ParsedCommand {
  readonly words: readonly Template[];
  readonly problems: readonly TemplateProblem[];
}

export interface ParsedValue {
  readonly template: Template;
  readonly problems: readonly TemplateProblem[];
}

/** Cuts a command line into arguments, as a shell does: at white space outside of quotes. Only the template is cut, never a value.
 *  Single quotes take everything as it is, in double quotes a backslash stands before `"` and `\`, outside of quotes before
 *  anything. Placeholders are placeholders in quotes as well. */
export function parseCommand(text: string, known: KnownKeys): ParsedCommand {
  const words: Template[] = [];
  const reader = new Reader(text, known);
  while (reader.skipBlanks()) words.push(reader.word());
  return { words, problems: reader.problems };
}

/** Reads a text that is one value as a whole: quotes, blanks and backslashes mean nothing. */
export function parseValue(text: string, known: KnownKeys): ParsedValue {
  const reader = new Reader(text, known);
  return { template: reader.rest(), problems: reader.problems };
}

class Reader {
  readonly problems: TemplateProblem[] = [];
  readonly #text: string;
  readonly #known: KnownKeys;
  #at = 0;
  #pieces: Piece[] = [];
  #literal = "";

  constructor(text: string, known: KnownKeys) {
    this.#text = text;
    this.#known = known;
  }

  /** False at the end. */
  skipBlanks(): boolean {
    while (isBlank(this.#text[this.#at])) this.#at += 1;
    return this.#at < this.#text.length;
  }

  word(): Template {
    const start = this.#at;
    while (this.#at < this.#text.length && !isBlank(this.#text[this.#at])) this.#unquoted();
    this.#warnOfShell(this.#text.slice(start, this.#at), start);
    return this.#take();
  }

  rest(): Template {
    while (this.#at < this.#text.length) this.#plain();
    return this.#take();
  }

  #unquoted(): void {
    const char = this.#text[this.#at];
    if (char === "'" || char === '"') this.#quoted(char);
    else if (char === "\\" && this.#at + 1 < this.#text.length) this.#escaped();
    else this.#plain();
  }

  #quoted(quote: string): void {
    const opened = this.#at;
    this.#at += 1;
    while (this.#at < this.#text.length && this.#text[this.#at] !== quote) {
      const next = this.#text[this.#at + 1];
      if (quote === '"' && this.#text[this.#at] === "\\" && (next === '"' || next === "\\")) this.#escaped();
      else this.#plain();
    }
    if (this.#at >= this.#text.length) {
      this.#problem(opened, "a quote is opened and never closed", `close it, or write \\${quote} for the sign itself`);
    }
    this.#at += 1;
  }

  #escaped(): void {
    this.#literal += this.#text[this.#at + 1] ?? "";
    this.#at += 2;
  }

  /** One character as it is, or a whole placeholder. */
  #plain(): void {
    const two = this.#text.slice(this.#at, this.#at + 2);
    if (two === "{{" || two === "}}") {
      this.#literal += two.charAt(0);
      this.#at += 2;
    } else if (two.startsWith("{")) this.#placeholder();
    else if (two.startsWith("}")) {
      this.#problem(this.#at, "a } without its {", "write }} for } itself");
      this.#at += 1;
    } else {
      this.#literal += two.charAt(0);
      this.#at += 1;
    }
  }

  #placeholder(): void {
    const start = this.#at;
    const end = this.#text.indexOf("}", start);
    if (end < 0) {
      this.#problem(start, "a placeholder is opened and never closed", "close it with }, or write {{ for { itself");
      this.#at = this.#text.length;
      return;
    }
    const inner = this.#text.slice(start + 1, end);
    const bar = inner.indexOf("|");
    const name = (bar < 0 ? inner : inner.slice(0, bar)).trim();
    const outcome = sourceOf(name, this.#known);
    if (outcome.kind === "unknown") this.#problem(start, `{${name}} is not known`, outcome.why);
    else {
      this.#endLiteral();
      const otherwise = bar < 0 ? undefined : inner.slice(bar + 1);
      this.#pieces.push({ kind: "value", source: outcome.source, name, otherwise });
    }
    this.#at = end + 1;
  }

  #endLiteral(): void {
    if (this.#literal !== "") this.#pieces.push({ kind: "text", text: this.#literal });
    this.#literal = "";
  }

  #take(): Template {
    this.#endLiteral();
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }

  #problem(at: number, summary: string, detail: string, severity: TemplateProblem["severity"] = "error"): void {
    this.problems.push({ severity, column: at + 1, summary, detail });
  }

  /** Somebody may have thought that a shell reads this. */
  #warnOfShell(raw: string, at: number): void {
    const noShell = "no shell reads the command";
    if (/^(\|\|?|&&?|;|[0-9]?>>?(&[0-9])?|<|[0-9]?>\S+)$/.test(raw)) {
      const detail = "put what needs a shell into a script and name that; quote the sign where it is meant as it is";
      this.#problem(at, `${noShell}: ${raw} would be an argument`, detail);
    } else if (/^[^'\\]*(\$\(|`|\$[A-Za-z_])/.test(raw)) {
      const detail = "use a placeholder such as {resource.host}; single quotes where it is meant as it is";
      this.#problem(at, `${noShell}: ${raw} stays as it is`, detail, "warning");
    }
  }
}

function isBlank(char: string | undefined): boolean {
  return char === " " || char === "\t" || char === "\n" || char === "\r";
}
