import fc from "fast-check";
import { expect, test } from "vitest";
import { fromToken, toToken } from "./token.js";

test.for([
  { why: "letters, digits, _ and - stay", text: "eth0_A-9", token: "eth0_A-9" },
  { why: "the empty text is a lone =", text: "", token: "=" },
  { why: "a dot would be another token", text: "10.0.0.1", token: "10=2E0=2E0=2E1" },
  { why: "wildcards of NATS are encoded", text: "*>", token: "=2A=3E" },
  { why: "white space is encoded", text: "a b\n", token: "a=20b=0A" },
  { why: "the sign itself is encoded", text: "=", token: "=3D" },
  { why: "slashes are encoded", text: "ge-0/0/1", token: "ge-0=2F0=2F1" },
  { why: "text beyond ASCII goes by its bytes", text: "é🦎", token: "=C3=A9=F0=9F=A6=8E" },
])("$why", ({ text, token }) => {
  expect(toToken(text)).toBe(token);
  expect(fromToken(token)).toBe(text);
});

test.for([
  { why: "an empty token", token: "" },
  { why: "a dot", token: "a.b" },
  { why: "small hex digits", token: "=c3=a9" },
  { why: "half an escape", token: "a=2" },
  { why: "bytes that are no UTF-8", token: "=FF" },
  { why: "a character cut off", token: "=C3" },
  { why: "a letter that needed no escape, and would be a second name of it", token: "=41" },
  { why: "a percent escape", token: "%2E" },
])("$why is no token", ({ token }) => expect(() => fromToken(token)).toThrow(RangeError));

/** Any character but halves of a pair, which have no UTF-8. */
const char = fc.oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }));
const anyText = fc.array(char).map((points) => String.fromCodePoint(...points));

test("any text comes back from its token, and the token is one of NATS", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(toToken(text)).toMatch(/^[A-Za-z0-9_=-]+$/);
      expect(fromToken(toToken(text))).toBe(text);
    }),
  );
});

test("whatever is taken as a token is the only one of its text", () => {
  const token = fc.string({ unit: fc.constantFrom(..."=02349ACEFab_-."), maxLength: 9 });
  const textOf = (of: string): string | undefined => {
    try {
      return fromToken(of);
    } catch {
      return undefined;
    }
  };
  fc.assert(
    fc.property(token, (some) => {
      const text = textOf(some);
      expect(text === undefined || toToken(text) === some).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
