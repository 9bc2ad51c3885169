import type { Bus } from "@ocelli/bus";
import { silent } from "@ocelli/test-kit";
import { expect, test } from "vitest";
import { aRegister } from "../testing/builders.js";
import { busRegisters } from "./bus-registers.js";

const pair = { plugin: "p", resourceId: "r" };
const entry = { key: ["p", "r"], value: aRegister(), revision: 9, storedAtMs: 900 };
const seen = { register: entry.value, revision: 9, storedAtMs: 900 };

test.for([
  { why: "a register is told with its revision", answers: [entry], newest: 9, want: { seen, revision: 9 } },
  { why: "a removed one by the trace it left", answers: [undefined, undefined], newest: 7, want: { revision: 7 } },
  { why: "one that never was by 0", answers: [undefined], newest: 0, want: { revision: 0 } },
  {
    why: "one that is claimed meanwhile is told as claimed, not as a trace",
    answers: [undefined, entry],
    newest: 9,
    want: { seen, revision: 9 },
  },
])("$why", async ({ answers, newest, want }) => {
  const left = [...answers];
  const table = { get: async () => left.shift(), newestRevision: async () => newest };
  const bus = { registers: [table] } as unknown as Pick<Bus, "registers">;
  expect(await busRegisters(bus, silent).read(0, pair)).toEqual({ seen: undefined, ...want });
});
