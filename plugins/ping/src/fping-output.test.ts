import { expect, test } from "vitest";
import { readFping } from "./fping-output.js";

test.for([
  {
    why: "every probe answered",
    output: "127.0.0.1 : 0.045 0.038 0.041\n",
    code: 0,
    want: { kind: "probes", probes: [0.045, 0.038, 0.041] },
  },
  {
    why: "a lost probe is a dash, the exit code is 0 as long as one came back",
    output: "10.0.0.1 : 12.3 - 110\n",
    code: 0,
    want: { kind: "probes", probes: [12.3, undefined, 110] },
  },
  {
    why: "no probe answered",
    output: "192.0.2.1 : - - -\n",
    code: 1,
    want: { kind: "probes", probes: [undefined, undefined, undefined] },
  },
  {
    why: "a router's complaint and a duplicate stand before the line",
    output:
      "ICMP Host Unreachable from 10.0.0.254 for ICMP Echo sent to 10.0.0.9\n10.0.0.9 : duplicate for [0], xmt 1, 84 bytes, 0.31 ms\n\n10.0.0.9 : 0.30 -\n",
    code: 0,
    want: { kind: "probes", probes: [0.3, undefined] },
  },
  {
    why: "an IPv6 address, padded",
    output: "2001:db8::1      : 1.00 2.00\n",
    code: 0,
    want: { kind: "probes", probes: [1, 2] },
  },
  {
    why: "a name without an address",
    output: "nosuch.example: Name or service not known\n",
    code: 2,
    want: { kind: "unknown_host", reason: "nosuch.example: Name or service not known" },
  },
  {
    why: "not allowed to",
    output: "fping: can't create socket (must run as root?)\n",
    code: 4,
    want: { kind: "unusable", reason: "fping: can't create socket (must run as root?)" },
  },
  {
    why: "silence",
    output: "",
    code: null,
    want: { kind: "unusable", reason: "fping ended with null and said nothing" },
  },
])("$why", ({ output, code, want }) => {
  expect(readFping(output, code)).toEqual(want);
});
