import { expect, test } from "vitest";
import { holdsJsonObject } from "./json-object.js";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test.each([
  ["an object", '{"a":1}', true],
  ["an empty object", "{}", true],
  ["a list", "[{}]", false],
  ["null", "null", false],
  ["a number", "1", false],
  ["what is cut off", '{"a":', false],
  ["nothing", "", false],
])("%s, as text and as bytes", (_, json, is) => {
  expect(holdsJsonObject(json)).toBe(is);
  expect(holdsJsonObject(bytes(json))).toBe(is);
});

test("bytes that are no UTF-8 hold none", () => {
  expect(holdsJsonObject(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d))).toBe(false);
});
