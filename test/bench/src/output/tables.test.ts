import { describe, expect, test } from "vitest";
import type { Row } from "../row.js";
import { chartOf } from "./chart.js";
import { withTables } from "./docs.js";
import { goalsOf } from "./goals.js";
import { markdown, plainText, tablesOf } from "./tables.js";

function row(name: string, runsPerS: number, cpuUsBy: Record<string, number>, more: Partial<Row> = {}): Row {
  const cpuUsPerRun = Object.values(cpuUsBy).reduce((sum, us) => sum + us, 0);
  return { name, runsPerS, cpuUsPerRun, cpuUsBy, latenessP50Ms: null, latenessP99Ms: null, ...more };
}

const mesh = row("mesh", 16_000, { broker: 50, agent: 45, scheduler: 10 }, { latenessP50Ms: 30, latenessP99Ms: 180 });
const half = row("mesh-50", 8_000, { broker: 55, agent: 50 }, { latenessP50Ms: 20, latenessP99Ms: 260 });
const naive = row("naive", 2_000, { broker: 200, agent: 600 });
const broker = row("broker", 20_000, { broker: 45, agent: 20 });
const grpc = row("grpc", 90_000, { module: 6, agent: 7 });

describe("goals", () => {
  const verdictOf = (rows: readonly Row[], words: string) => goalsOf(rows).find(({ goal }) => goal.includes(words));

  test.for([
    { why: "enough runs are met", words: "15 000", want: { measured: "16000/s", verdict: "met" } },
    { why: "a ratio is to the row of the same run", words: "naive", want: { measured: "8.0×", verdict: "met" } },
    {
      why: "CPU is held against both floors together",
      words: "bare stream",
      want: { measured: "1.35×", verdict: "met" },
    },
    {
      why: "too late is missed, and says by how much",
      words: "250 ms",
      want: { measured: "260 ms", verdict: "missed" },
    },
    {
      why: "what was not measured is never met",
      words: "BullMQ",
      want: { measured: undefined, verdict: "not measured" },
    },
  ])("$why", ({ words, want }) => {
    expect(verdictOf([mesh, half, naive, broker, grpc], words)).toMatchObject(want);
  });
});

describe("tables", () => {
  const [rates, cpu] = tablesOf([mesh, naive]);

  test("only rows of the mesh are held against a yardstick", () => {
    expect(rates?.head.at(-1)).toBe("to naive");
    expect(rates?.lines.map((line) => line.at(-1))).toEqual(["8.0 ×", ""]);
  });

  test("a process that a row does not have is an empty cell, not a zero", () => {
    expect(cpu?.lines).toEqual([
      ["mesh", "50.0", "45.0", "10.0"],
      ["naive", "200.0", "600.0", ""],
    ]);
  });

  test("text for people stands in columns, numbers to the right", () => {
    expect(cpu && plainText(cpu).split("\n").slice(1)).toEqual([
      "row    broker  agent  scheduler",
      "mesh     50.0   45.0       10.0",
      "naive   200.0  600.0",
    ]);
  });

  test("the docs keep everything around the markers", () => {
    const text = "before\n<!-- begin: written by npm run bench -- --write-docs -->\nyesterday\n<!-- end -->\nafter\n";
    const written = withTables(
      text,
      [mesh],
      [{ name: "celery", reason: "no redis-server is installed" }],
      "Made on one machine.",
    );
    expect(written).toMatch(/^before\n/);
    expect(written).toMatch(/<!-- end -->\nafter\n$/);
    expect(written).toContain("Made on one machine.");
    expect(written).toContain("- `celery`: no redis-server is installed");
    expect(written).not.toContain("yesterday");
    expect(rates && written.includes(markdown(rates).split("\n")[0] ?? "?")).toBe(true);
  });

  test("docs without the markers are refused rather than overwritten", () => {
    expect(() => withTables("no markers", [mesh], [], "m")).toThrow(/lacks/);
  });
});

test("the chart is an SVG that names every row and every process", () => {
  const svg = chartOf([mesh, naive, broker]);
  expect(svg).toMatch(/^<svg[\s\S]+<\/svg>\n$/);
  for (const word of ["mesh", "naive", "broker", "scheduler", "16000"]) expect(svg).toContain(word);
});
