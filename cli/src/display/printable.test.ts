import { expect, test } from "vitest";
import { pad, printable, printableLines, widthOf } from "./printable.js";

test.for([
  { why: "ids of any language stay as they are", text: "köln/スイッチ 1 🙂", want: "köln/スイッチ 1 🙂" },
  { why: "escape sequences do not reach the terminal", text: "a\u001b[31mb", want: "a\\e[31mb" },
  { why: "a line end does not make two rows of one", text: "a\r\nb", want: "a\\r\\nb" },
  { why: "the second set of control characters is one too", text: "a\u009bb", want: "a\\u{9b}b" },
  { why: "nothing turns the direction of writing", text: "a\u202egnp", want: "a\\u{202e}gnp" },
])("$why", ({ text, want }) => expect(printable(text)).toBe(want));

test("of text with lines, only the lines are kept", () =>
  expect(printableLines("at\n\tx\u0007\r\nend")).toEqual(["at", "  x\\u{7}", "end"]));

test.for([
  { why: "colours take no room", text: "\u001b[1m\u001b[32mok\u001b[39m\u001b[22m", want: 2 },
  { why: "Chinese takes two columns a character", text: "交换机", want: 6 },
  { why: "an accent stands above its letter", text: "e\u0301", want: 1 },
  { why: "an emoji takes two", text: "🙂", want: 2 },
])("$why", ({ text, want }) => expect(widthOf(text)).toBe(want));

test("padding fills to the right or to the left, and cuts nothing", () =>
  expect([pad("交", 4), pad("12", 4, "right"), pad("longer", 4)]).toEqual(["交  ", "  12", "longer"]));
