/** Control characters, and those that turn the direction of writing: in a resource's id they could forge or hide output. */
const acting = /[\p{Cc}\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/gu;

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\u001b": "\\e" };

/** Text of the outside world as it may be shown on a terminal: what would act instead of being seen is written out. */
export function printable(text: string): string {
  return text.replace(acting, (char) => short[char] ?? `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

/** The same for text of several lines, such as what a module wrote last. */
export function printableLines(text: string): string[] {
  return text.split(/\r?\n/).map((line) => printable(line.replaceAll("\t", "  ")));
}

const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u;
const unseen = /\p{Mn}|\p{Me}|[\u200b-\u200d]/u; // joiners, accents, variation selectors
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const escapes = /\u001b\[[\d;]*m/g;

/** How many columns of a terminal a text takes: colours none, Chinese characters two. */
export function widthOf(text: string): number {
  let width = 0;
  for (const char of text.replace(escapes, "")) width += unseen.test(char) ? 0 : wide.test(char) ? 2 : 1;
  return width;
}

/** Fills up with blanks to a width, on the left for numbers. */
export function pad(text: string, width: number, align: "left" | "right" = "left"): string {
  const blanks = " ".repeat(Math.max(0, width - widthOf(text)));
  return align === "right" ? blanks + text : text + blanks;
}
