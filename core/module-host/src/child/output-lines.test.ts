import { expect, test } from "vitest";
import { LineCutter, LineRate } from "./output-lines.js";

const bytes = (text: string) => new TextEncoder().encode(text);

test.for<{ why: string; chunks: (string | number[])[]; lines: string[] }>([
  { why: "lines are put together from chunks", chunks: ["he", "llo\nwor", "ld\n"], lines: ["hello", "world"] },
  { why: "the last line needs no end", chunks: ["a\nb"], lines: ["a", "b"] },
  { why: "an empty line is a line", chunks: ["\n\n"], lines: ["", ""] },
  { why: "a carriage return at the end is left out", chunks: ["a\r\n"], lines: ["a"] },
  { why: "what would act on a terminal is spelt out", chunks: ["\u001b[2Jx\u0007\n"], lines: ["\\x1b[2Jx\\x07"] },
  { why: "bytes that are no text are replaced", chunks: [[0xff, 0x0a]], lines: ["\ufffd"] },
  { why: "a character cut by a chunk is whole again", chunks: [[0xc3], [0xa4, 0x0a]], lines: ["ä"] },
])("$why", ({ chunks, lines }) => {
  const cutter = new LineCutter();
  const got = chunks.flatMap((chunk) => cutter.push(typeof chunk === "string" ? bytes(chunk) : Uint8Array.from(chunk)));
  expect([...got, ...cutter.end()]).toEqual(lines);
});

test("a line without end takes no more than 8 KiB of memory, and says what is missing", () => {
  const cutter = new LineCutter();
  for (let i = 0; i < 100; i += 1) expect(cutter.push(bytes("x".repeat(1024)))).toEqual([]);
  const [line, next] = cutter.push(bytes("\nnext\n"));
  expect(line).toBe(`${"x".repeat(8192)}… (${92 * 1024} bytes more)`);
  expect(next).toBe("next");
});

test("a flood of lines is cut off, counted, and let in again later", () => {
  const rate = new LineRate();
  const passed = Array.from({ length: 2_000 }, () => rate.take(0)).filter(({ pass }) => pass);
  expect(passed).toHaveLength(500);
  expect(rate.take(1_000)).toEqual({ pass: true, dropped: 1_500 });
  expect(rate.take(1_000)).toEqual({ pass: true, dropped: 0 });
});
