import { expect, test } from "vitest";
import { begin, end, withRows } from "./docs-table.js";
import type { Report } from "./report.js";

const report: Report = {
  ...{ fault: "race", seed: 1, passed: true, D: 0, G: 0, L: 0, U: 0, M: 3, missed: {}, R: 1.5 },
  ...{ latenessP50Ms: 40.2, latenessP99Ms: 90, bar: "D = 0", broken: [], due: 100, runsPerS: 10, copies: 300 },
};
const empty = `# Faults\n\n${begin}\n${end}\n\nafter\n`;

test("a run's figures stand in the table, what is around it stays", () => {
  const text = withRows(empty, [report], "2 × X");
  expect(text).toContain("| `race` | 0 | 0 | 0 | 0 | 3 | 1.5 | 40 / 90 | 100 slots, 10/s; copies 300 | yes |");
  expect(text.startsWith("# Faults\n\n")).toBe(true);
  expect(text.endsWith(`${end}\n\nafter\n`)).toBe(true);
});

test("a second run replaces its own rows and leaves the others", () => {
  const first = withRows(empty, [report, { ...report, fault: "herd" }], "2 × X");
  const second = withRows(first, [{ ...report, D: 7, broken: ["D = 0"] }], "2 × X");
  expect(second).toContain("| `race` | 7 |");
  expect(second).toContain("**no**: D = 0");
  expect(second).toContain("| `herd` | 0 |");
  expect(second.match(/`race`/g)).toHaveLength(1);
});

test("a text without the markers is left alone", () => {
  expect(() => withRows("# Faults\n", [report], "")).toThrow(/lacks/);
});
