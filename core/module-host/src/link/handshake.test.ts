import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { HandshakeResponseSchema } from "@ocelli/proto/plugin";
import { expect, test } from "vitest";
import { readHandshake } from "./handshake.js";
import { hostLimits } from "./limits.js";

interface Mismatch {
  readonly why: string;
  readonly majors: readonly number[];
  readonly answer: MessageInitShape<typeof HandshakeResponseSchema>;
  readonly at: "version" | "handshake";
  readonly says: string;
}

test.for<Mismatch>([
  {
    why: "a newer module asks for a newer Ocelli",
    majors: [1, 2],
    answer: { name: "snmp", version: "3.0.0", protocolMajors: [3, 4, 5] },
    at: "version",
    says: "snmp 3.0.0 speaks protocol version 3 to 5, and this Ocelli speaks 1 to 2: upgrade Ocelli",
  },
  {
    why: "an older module has to be upgraded",
    majors: [2],
    answer: { name: "snmp", version: "0.9.0", protocolMajors: [1] },
    at: "version",
    says: "snmp 0.9.0 speaks protocol version 1, and this Ocelli speaks 2: upgrade the module",
  },
  {
    why: "a module that chose what was not offered is told from what it chose",
    majors: [1],
    answer: { name: "snmp", protocolMajor: 7 },
    at: "version",
    says: "snmp speaks protocol version 7, and this Ocelli speaks 1: upgrade Ocelli",
  },
  {
    why: "a module that says nothing at all is refused too",
    majors: [1],
    answer: {},
    at: "handshake",
    says: "the module speaks none of the protocol versions it was offered, and this Ocelli speaks 1",
  },
  {
    why: "a module without name is refused",
    majors: [1],
    answer: { protocolMajor: 1 },
    at: "handshake",
    says: "the module did not say its name in the handshake",
  },
])("$why", ({ majors, answer, at, says }) => {
  const outcome = readHandshake(create(HandshakeResponseSchema, answer), hostLimits, majors);
  expect(outcome).toEqual({ kind: "mismatch", at, reason: says });
});

test("the lower limit of both sides holds, and no wish is no limit", () => {
  const answer = create(HandshakeResponseSchema, {
    protocolMajor: 1,
    name: "snmp",
    limits: { messageBytes: 0, itemsPerCall: 10, callsInFlight: 9_999 },
    capabilities: ["from-the-future"],
  });
  expect(readHandshake(answer, hostLimits)).toMatchObject({
    kind: "agreed",
    limits: { messageBytes: hostLimits.messageBytes, itemsPerCall: 10, callsInFlight: hostLimits.callsInFlight },
  });
});
