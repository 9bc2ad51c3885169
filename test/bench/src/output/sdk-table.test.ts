import { expect, test } from "vitest";
import type { Row } from "../row.js";
import { withTables } from "./docs.js";
import { sdkNotes } from "./sdk-table.js";
import { tablesOf } from "./tables.js";

function sdkRow(name: string, cpuUs: number, echoUs: number, batch = 100, more: Partial<Row> = {}): Row {
  return {
    ...{ name, runsPerS: 1e6 / cpuUs, cpuUsPerRun: cpuUs, cpuUsBy: { module: cpuUs } },
    ...{ latenessP50Ms: null, latenessP99Ms: null, residentMbBy: { module: 80, echo: 60 } },
    more: {
      ...{ batch, readyMs: 500, echoReadyMs: 200, echoPerS: 1e6 / echoUs, echoCpuUsPerRun: echoUs },
      toEcho: cpuUs / echoUs,
    },
    ...more,
  };
}

const mesh: Row = {
  ...{ name: "mesh", runsPerS: 10, cpuUsPerRun: 1, cpuUsBy: { broker: 1 } },
  ...{ latenessP50Ms: null, latenessP99Ms: null },
};

test("an SDK's row says what it costs beside its echo, and whether that is too much", () => {
  const [table] = tablesOf([sdkRow("sdk-exec-kept-unix-100", 75, 50), sdkRow("sdk-go-tcp-100", 76, 50)]);
  expect(table?.lines).toEqual([
    ["exec-kept", "unix", "100", "13333", "75.0", "20000", "50.0", "1.50 ×", "80", "60", "500", "200", "met"],
    ["go", "tcp", "100", "13158", "76.0", "20000", "50.0", "1.52 ×", "80", "60", "500", "200", "missed"],
  ]);
});

test("the goal is about large calls only", () => {
  const [table] = tablesOf([sdkRow("sdk-go-unix-1", 500, 50, 1)]);
  expect(table?.lines[0]?.at(-1)).toBe("");
});

test("SDKs stand in a table of their own, not among the runs of a mesh", () => {
  const tables = tablesOf([mesh, sdkRow("sdk-go-unix-1", 500, 50, 1)]);
  const first = tables.map(({ title, lines }) => [title, lines.map(([name]) => name)]);
  expect(first).toContainEqual(["Rates", ["mesh"]]);
  expect(first).toContainEqual(["SDKs and the exec bridge", ["go"]]);
});

test("the CPU of programs that a bridge runs is told apart", () => {
  const row = sdkRow("sdk-exec-per-run-unix-1", 900, 50, 1, { cpuUsBy: { module: 100, programs: 800 }, note: "so" });
  expect(sdkNotes([row]).lines).toEqual([["sdk-exec-per-run-unix-1", "so; programs 800.0 µs of the CPU per item"]]);
});

test("a run that is about the SDKs leaves the mesh's tables in the docs as they are, and names what it could not measure", () => {
  const text = [
    "<!-- begin: written by npm run bench -- --write-docs -->mesh<!-- end -->",
    "<!-- begin: written by npm run bench -- sdk --write-docs -->old<!-- end -->",
  ].join("\n");
  const failures = [{ name: "sdk-python", reason: "python3 cannot be run" }];
  const written = withTables(text, [sdkRow("sdk-go-unix-100", 60, 50)], failures, "Made today.");
  expect(written).toContain("--write-docs -->mesh<!-- end -->");
  expect(written).toMatch(/Made today\.[\s\S]*\| go \| unix \|[\s\S]*- `sdk-python`: python3 cannot be run/);
  expect(written).not.toContain("old");
});
