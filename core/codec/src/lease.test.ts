import type { LeaderLease } from "@ocelli/model";
import { expect, test } from "vitest";
import { leaseCodec } from "./codecs.js";

const account = { handledToMs: 1_700_000_000_123, missed: [{ plugin: "p", reason: "running", slots: 3 }] };

test.for<{ why: string; lease: LeaderLease }>([
  { why: "of a partition says how far its slots are accounted for", lease: { holder: "a", leaseMs: 3_000, account } },
  { why: "of anything else says nothing of slots", lease: { holder: "", leaseMs: 0, account: undefined } },
])("a lease $why", ({ lease }) => {
  expect(leaseCodec.decode(leaseCodec.encode(lease))).toEqual(lease);
});
