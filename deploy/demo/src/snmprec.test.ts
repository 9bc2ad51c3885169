import { expect, test } from "vitest";
import { mibTree } from "./mib-tree.js";
import { parseSnmprec } from "./snmprec.js";

test.for([
  { why: "an integer", line: "1.3.1|2|-5", want: { type: "integer", value: -5 } },
  { why: "text with a bar", line: "1.3.1|4|a|b", want: { type: "octets", value: Buffer.from("a|b") } },
  { why: "empty text", line: "1.3.1|4|", want: { type: "octets", value: Buffer.alloc(0) } },
  { why: "octets", line: "1.3.1|4x|00a0ff", want: { type: "octets", value: Buffer.from([0, 0xa0, 0xff]) } },
  { why: "an OID", line: "1.3.1|6|.1.3.6", want: { type: "oid", value: "1.3.6" } },
  { why: "64 bits", line: ".1.3.1|70|18446744073709551615", want: { type: "counter64", value: 2n ** 64n - 1n } },
])("$why is read", ({ line, want }) => {
  expect(parseSnmprec(`${line}\r\n\n`)).toEqual([["1.3.1", want]]);
});

test.for(["1.3.1|2|x", "1.3.1|99|1", "ifDescr|4|x", "hello"])("%s is refused with its line", (line) => {
  expect(() => parseSnmprec(`1.3.1|2|1\n${line}\n`)).toThrow(/^line 2 is not OID\|tag\|value/);
});

test("OIDs are in the order of their numbers, not of their letters", () => {
  const tree = mibTree(parseSnmprec("1.3.10|2|3\n1.3.9.1|2|2\n1.3.9|2|1\n"));
  expect(tree.next("1.3")?.oid).toBe("1.3.9");
  expect(tree.next("1.3.9")?.oid).toBe("1.3.9.1");
  expect(tree.next("1.3.9.5")?.oid).toBe("1.3.10");
  expect(tree.next("1.3.10")).toBeUndefined();
});
