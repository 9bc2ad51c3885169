import fc from "fast-check";
import { expect, test } from "vitest";
import { fnv1a, utf8, utf8Length } from "./fnv.js";

test.for([
  { why: "of nothing, the offset basis", text: "", hash: 0x811c9dc5 },
  { why: "of one letter, as published", text: "a", hash: 0xe40c292c },
  { why: "of a word, as published", text: "foobar", hash: 0xbf9cf968 },
])("the hash is, $why", ({ text, hash }) => expect(fnv1a(text)).toBe(hash));

test("bytes, length and hash are those of UTF-8, whatever the text", () => {
  const point = fc.oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0, max: 0x10ffff }));
  const unit = point.map((code) => String.fromCodePoint(code));
  fc.assert(
    fc.property(fc.string({ unit }), (text) => {
      const bytes = new TextEncoder().encode(text);
      expect([...utf8(text)]).toEqual([...bytes]);
      expect(utf8Length(text)).toBe(bytes.length);
      const hash = bytes.reduce((begun, byte) => Math.imul(begun ^ byte, 0x01000193), 0x811c9dc5);
      expect(fnv1a(text)).toBe(hash >>> 0);
    }),
  );
});

test("half of a surrogate pair becomes U+FFFD", () => expect([...utf8("\ud83e")]).toEqual([0xef, 0xbf, 0xbd]));
