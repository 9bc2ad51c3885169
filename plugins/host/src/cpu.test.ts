import { expect, test } from "vitest";
import { groupsOf } from "./cpu.js";
import { parseProcStat, portableCpuTimes } from "./cpu-times.js";
import { memoryOf, parseMemory, utilization } from "./cpu-usage.js";

const before = `cpu  100 0 50 800 50 0 0 0 0 0
cpu0 50 0 25 400 25 0 0 0 0 0
cpu2 50 0 25 400 25 0 0 0 0 0
intr 5 0
`;
const after = `cpu  160 10 70 900 40 5 5 10 0 0
cpu0 110 10 45 400 15 5 5 10 0 0
cpu2 50 0 25 500 25 0 0 0 0 0
`;

test("utilization is over the time between two runs: whole, and by core; cores that are off leave a gap", () => {
  const groups = groupsOf(parseProcStat(after), memoryOf(parseProcStat(before)), true);
  expect(
    groups.map(({ dimensions, metrics }) => [dimensions?.["cpu_no"], metrics["utilization_percent"]?.value]),
  ).toEqual([
    ["all", 55],
    ["0", 100],
    ["2", 0],
  ]);
});

test("times are counters in milliseconds, hardware and software interrupts together", () => {
  const [total] = groupsOf(parseProcStat(after), undefined, true);
  expect(total?.metrics).toEqual({
    user_ms: { type: "counter", value: 1600n },
    nice_ms: { type: "counter", value: 100n },
    system_ms: { type: "counter", value: 700n },
    idle_ms: { type: "counter", value: 9000n },
    iowait_ms: { type: "counter", value: 400n },
    irq_ms: { type: "counter", value: 100n },
    steal_ms: { type: "counter", value: 100n },
  });
});

test.for([
  { why: "the first run has nothing to measure from", memory: undefined },
  { why: "no time has passed", memory: memoryOf(parseProcStat(before)) },
  { why: "the machine was restarted in between", memory: memoryOf(parseProcStat(after)) },
])("utilization is not known where $why", ({ memory }) => {
  expect(utilization(parseProcStat(before).all, memory?.all)).toBeUndefined();
});

test("what an older version or another plugin left is not taken for a memory", () => {
  for (const value of [undefined, null, 1, {}, { all: [1], cores: {} }, { all: [1, 2], cores: { 0: "x" } }]) {
    expect(parseMemory(value)).toBeUndefined();
  }
  const memory = memoryOf(parseProcStat(before));
  expect(parseMemory(JSON.parse(JSON.stringify(memory)))).toEqual(memory);
});

test("the memory of a machine with very many cores fits into what a pair may remember", () => {
  for (const cores of [100, 512]) {
    const lines = Array.from({ length: cores }, (_, no) => `cpu${no} 9999999999 0 0 9999999999 0 0 0 0`);
    const text = JSON.stringify(
      memoryOf(parseProcStat(["cpu  99999999999 0 0 99999999999 0 0 0 0", ...lines].join("\n"))),
    );
    expect(text.length).toBeLessThan(4096);
  }
});

test("every system's own counts are whole and grow", () => {
  const { all, cores } = portableCpuTimes();
  expect(cores.length).toBeGreaterThan(0);
  expect(all.idle + all.user + all.system).toBeGreaterThan(0);
});
