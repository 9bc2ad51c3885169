import { expect, test } from "vitest";
import { StderrLines } from "./stderr-lines.js";

function read(...chunks: readonly (string | Uint8Array)[]): { readonly lines: string[]; readonly last: string } {
  const lines: string[] = [];
  const stderr = new StderrLines((line) => lines.push(line));
  for (const chunk of chunks) stderr.push(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
  const last = stderr.end();
  return { lines, last };
}

test("lines are put together from chunks, the last one needs no end", () => {
  expect(read("he", "llo\nwor", "ld")).toEqual({ lines: ["hello", "world"], last: "hello | world" });
});

test("a character that is cut by a chunk is whole again", () => {
  expect(read(Uint8Array.of(0xc3), Uint8Array.of(0xa4, 0x0a)).lines).toEqual(["ä"]);
});

test("what would act on a terminal is spelt out, empty lines are nothing", () => {
  expect(read("\u001b[2Jx\r\n\n  \n").lines).toEqual(["\\x1b[2Jx"]);
});

test("so many lines at most are logged, the others are counted, the last ones are kept", () => {
  const { lines, last } = read(Array.from({ length: 250 }, (_, i) => `line ${i}\n`).join(""));
  expect(lines).toHaveLength(101);
  expect(lines.at(-1)).toBe("(150 lines more)");
  expect(last).toBe("line 245 | line 246 | line 247 | line 248 | line 249");
});

test("a line without an end stays small", () => {
  const { lines } = read(...Array.from({ length: 100 }, () => "x".repeat(10_000)));
  expect(lines).toHaveLength(1);
  expect(lines[0]?.length).toBe(2_000);
});
