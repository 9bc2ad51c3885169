import { expect, test } from "vitest";
import { SnmpFailure } from "./failure.js";
import { compareOids, type Oid } from "./oid.js";
import type { SnmpRequests } from "./session.js";
import type { Varbind } from "./value.js";
import { defaultWalkLimits, walkColumns } from "./walk-columns.js";

type Row = readonly [oid: Oid, number: number];

interface Device {
  readonly rows: readonly Row[];
  /** True: v1. */
  readonly v1?: boolean;
  /** Cuts answers to this many varbinds. */
  readonly cutAt?: number;
  /** Answers tooBig above this many. */
  readonly tooBigAbove?: number;
  /** Fails requests that reach these OIDs; `tells` whether the answer names the one asked about. */
  readonly refuses?: { readonly oid: Oid; readonly tells: boolean };
}

/** A device in memory that keeps a list of what it was asked. */
function device({ rows, v1 = false, cutAt = 1000, tooBigAbove = 1000, refuses }: Device) {
  const sorted = [...rows].sort(([a], [b]) => compareOids(a, b));
  const next = (oid: Oid): Varbind => {
    const found = sorted.find(([candidate]) => compareOids(candidate, oid) > 0);
    return found
      ? { oid: found[0], value: { kind: "number", number: BigInt(found[1]) } }
      : { oid, value: { kind: "end" } };
  };
  const asked: { readonly oids: readonly Oid[]; readonly repetitions: number }[] = [];
  const requests: SnmpRequests = {
    bulk: !v1,
    get: () => Promise.reject(new Error("not used")),
    async after(oids, repetitions) {
      asked.push({ oids, repetitions });
      if (oids.length * repetitions > tooBigAbove) throw new SnmpFailure("too_big", "too big");
      const lists: Varbind[][] = [];
      let left = cutAt;
      let cursors = [...oids];
      for (let row = 0; row < repetitions; row += 1) {
        const found = cursors.map(next);
        for (const [i, varbind] of found.entries()) {
          if (left <= 0) break;
          left -= 1;
          const culprit = oids[i];
          if (refuses && varbind.oid === refuses.oid)
            throw new SnmpFailure("refused", "genErr", refuses.tells ? { oid: culprit } : {});
          if (v1 && varbind.value.kind === "end") throw new SnmpFailure("no_such_name", "end", { oid: culprit });
          const list = lists[i] ?? [];
          lists[i] = [...list, varbind];
        }
        cursors = found.map(({ oid }) => oid);
      }
      return lists;
    },
  };
  return { requests, asked };
}

const column = (number: number, count: number, base = "1.3.1"): Row[] =>
  Array.from({ length: count }, (_, i) => [`${base}.${number}.${i + 1}`, number * 1000 + i + 1]);

const { signal } = new AbortController();

async function walked(options: Device, columns: readonly Oid[], limits = defaultWalkLimits) {
  const { requests, asked } = device(options);
  const found = await walkColumns(requests, columns, limits, signal);
  const cells = found.map(({ cells }) =>
    [...cells].map(([index, value]) => `${index}=${value.kind === "number" ? value.number : value.kind}`),
  );
  return { cells, failures: found.map(({ failure }) => failure?.kind), asked };
}

const three = [...column(1, 7), ...column(2, 7), ...column(10, 7)];
const want = [1, 2, 10].map((number) => Array.from({ length: 7 }, (_, i) => `${i + 1}=${number * 1000 + i + 1}`));
const oids = ["1.3.1.1", "1.3.1.2", "1.3.1.10"];
const none = [undefined, undefined, undefined];

test.for([
  { why: "three columns come whole with GETBULK", failures: none, device: { rows: three } },
  { why: "three columns come whole with GETNEXT", failures: none, device: { rows: three, v1: true } },
  { why: "an answer cut in the middle of a row loses nothing", failures: none, device: { rows: three, cutAt: 4 } },
  { why: "an answer of less than a row starves no column", failures: none, device: { rows: three, cutAt: 1 } },
  { why: "a device that can send little is asked for little", failures: none, device: { rows: three, tooBigAbove: 2 } },
  {
    why: "where the device refuses what comes after the table, only the last column, which must touch it, says so",
    failures: [undefined, undefined, "refused"],
    device: { rows: [...three, ["1.9.1", 1]] as Row[], refuses: { oid: "1.9.1", tells: false } },
  },
] satisfies { why: string; failures: unknown[]; device: Device }[])("$why", async ({ device, failures }) => {
  const found = await walked(device, oids);
  expect(found.cells).toEqual(want);
  expect(found.failures).toEqual(failures);
});

test.for([{ tells: true }, { tells: false }])(
  "one refused column fails alone, and keeps what it had ($tells: the device says which)",
  async ({ tells }) => {
    const { cells, failures } = await walked({ rows: three, refuses: { oid: "1.3.1.2.4", tells } }, oids);
    expect(failures).toEqual([undefined, "refused", undefined]);
    expect(cells).toEqual([want[0], want[1]?.slice(0, 3), want[2]]);
  },
);

test("column 1.1 does not take rows of column 1.10", async () => {
  const { cells } = await walked({ rows: [...column(10, 3), ...column(2, 1)] }, ["1.3.1.1"]);
  expect(cells).toEqual([[]]);
});

test("an index of several numbers is kept as it is", async () => {
  const { cells } = await walked({ rows: [["1.3.1.1.10.0.0.1", 5]] }, ["1.3.1.1"]);
  expect(cells).toEqual([["10.0.0.1=5"]]);
});

test("a device that goes round in circles is left", async () => {
  const requests: SnmpRequests = {
    bulk: true,
    get: () => Promise.reject(new Error("not used")),
    after: async (asked) => asked.map(() => [{ oid: "1.3.1.1.1", value: { kind: "number", number: 1n } }]),
  };
  const [found] = await walkColumns(requests, ["1.3.1.1"], defaultWalkLimits, signal);
  expect(found?.failure?.message).toContain("round in circles at 1.3.1.1.1");
  expect([...(found?.cells.keys() ?? [])]).toEqual(["1"]);
});

test("a device that sends empty answers is left", async () => {
  const requests: SnmpRequests = { bulk: true, get: async () => [], after: async () => [] };
  const [found] = await walkColumns(requests, ["1.3.1.1"], defaultWalkLimits, signal);
  expect(found?.failure?.kind).toBe("garbled");
});

test("a table without end is left at the limit", async () => {
  const limits = { ...defaultWalkLimits, maxRows: 5 };
  const { cells, failures } = await walked({ rows: three }, ["1.3.1.1"], limits);
  expect(cells[0]).toHaveLength(5);
  expect(failures).toEqual(["garbled"]);
});

test("a value that cannot be sent fails its column alone", async () => {
  const { failures } = await walked({ rows: three, tooBigAbove: 0 }, oids);
  expect(failures).toEqual(["too_big", "too_big", "too_big"]);
});

test("columns are asked together, and no more rows than fit into the answer or are allowed", async () => {
  const many = [...column(1, 60), ...column(2, 60), ...column(10, 60)];
  const { asked } = await walked({ rows: many }, oids, { ...defaultWalkLimits, maxRepetitions: 12 });
  expect(asked.every((one) => one.oids.length === 3)).toBe(true);
  expect(Math.max(...asked.map(({ repetitions }) => repetitions))).toBe(12);
  const { asked: small } = await walked({ rows: many }, oids, { ...defaultWalkLimits, replyBytes: 484 });
  expect(Math.max(...small.map((one) => one.oids.length * one.repetitions))).toBeLessThan(30);
});

test("a device that does not answer fails the walk", async () => {
  const requests: SnmpRequests = {
    bulk: true,
    get: () => Promise.reject(new Error("not used")),
    after: () => Promise.reject(new SnmpFailure("timeout", "no answer")),
  };
  await expect(walkColumns(requests, oids, defaultWalkLimits, signal)).rejects.toMatchObject({ kind: "timeout" });
});
