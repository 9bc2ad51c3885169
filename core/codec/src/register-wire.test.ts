import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { pollStatuses } from "@ocelli/model";
import { PairRegisterSchema } from "@ocelli/proto/task";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeRegister, encodeRegister } from "./register-wire.js";
import { instant, text } from "./testing/arbitraries.js";
import { statusToProto } from "./words.js";

const register = fc.record({
  plugin: text,
  resourceId: text,
  running: fc.boolean(),
  agentId: text,
  attempt: text,
  fence: fc.maxSafeNat(),
  leaseMs: fc.nat(2 ** 32 - 1),
  slotAtMs: instant,
  startedAtMs: instant,
  finishedAtMs: instant,
  status: fc.constantFrom(...pollStatuses),
  state: fc.uint8Array({ maxLength: 300 }),
});

test("a register is written and read as protobuf does", () => {
  fc.assert(
    fc.property(register, (value) => {
      const proto = create(PairRegisterSchema, {
        ...value,
        fence: BigInt(value.fence),
        slotAtMs: BigInt(value.slotAtMs),
        startedAtMs: BigInt(value.startedAtMs),
        finishedAtMs: BigInt(value.finishedAtMs),
        status: statusToProto(value.status),
      });
      const bytes = encodeRegister(value);
      expect(fromBinary(PairRegisterSchema, bytes)).toEqual(proto);
      expect(decodeRegister(toBinary(PairRegisterSchema, proto))).toEqual(value);
    }),
  );
});

test("what was encoded stays as it was, however much is encoded after it", () => {
  const state = new Uint8Array(3000).fill(7);
  const first = encodeRegister({ ...sample(1), state });
  const copy = Uint8Array.from(first);
  for (let i = 0; i < 200; i += 1) encodeRegister({ ...sample(i), state: new Uint8Array(3000).fill(i) });
  expect(first).toEqual(copy);
});

test("a register that cannot be written leaves nothing behind", () => {
  expect(() => encodeRegister({ ...sample(2), finishedAtMs: Number.NaN })).toThrow(RangeError);
  expect(decodeRegister(encodeRegister(sample(3)))).toEqual(sample(3));
});

test("a register cut short is refused unless the cut is between two fields", () => {
  fc.assert(
    fc.property(register, fc.nat(), (value, at) => {
      const bytes = encodeRegister(value);
      const cut = bytes.subarray(0, at % (bytes.length + 1));
      let want: unknown;
      try {
        want = fromBinary(PairRegisterSchema, cut).attempt;
      } catch {
        expect(() => decodeRegister(cut)).toThrow(RangeError);
        return;
      }
      expect(decodeRegister(cut).attempt).toBe(want);
    }),
  );
});

function sample(seed: number) {
  const [value] = fc.sample(register, { numRuns: 1, seed });
  if (!value) throw new Error("no sample");
  return value;
}
