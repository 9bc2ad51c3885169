import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkModule } from "./check-module.js";
import { markedProcesses } from "./launch/processes.js";
import { readSubject } from "./subject.js";

let folder: string;
const script = (name: string): string => join(folder, `${name}.mjs`);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ocelli-check-module-"));
  await writeFile(
    script("deaf"),
    `import { spawn } from "node:child_process";
spawn("sleep", ["120"], { detached: true, stdio: "ignore" });
process.on("SIGTERM", () => {});
console.error("here I am: " + process.env.OCELLI_CONFORMANCE_RUN);
setInterval(() => {}, 1000);
`,
  );
});
afterAll(() => rm(folder, { recursive: true }));

/** Checks a module that starts, never listens, minds no signal and has a child of its own; with the marks of its processes. */
async function checkDeaf(startMs: number, signal: AbortSignal, onStart = (): void => {}) {
  const marks: string[] = [];
  const onLine = ({ text }: { text: string }): void => {
    marks.push(text.replace("here I am: ", ""));
    onStart();
  };
  const options = { timings: { startMs }, modes: ["child", "stand-alone"], onLine } as const;
  const report = await checkModule(await readSubject(script("deaf")), options, signal);
  const left = await Promise.all(marks.map((mark) => markedProcesses(mark)));
  return { report, marks, left: left.flat() };
}

test("a module that never answers fails one case, in bounded time, and nothing of it is left", {
  timeout: 60_000,
}, async () => {
  const { report, marks, left } = await checkDeaf(3_000, new AbortController().signal);
  for (const { id, outcomes } of report.cases) {
    const kinds = [...outcomes.values()].map(({ kind }) => kind);
    expect(kinds, id).toEqual(id === "life/starts" ? ["failed", "failed"] : ["not_applicable", "not_applicable"]);
  }
  const start = report.cases.find(({ id }) => id === "life/starts")?.outcomes.get("child");
  expect(start).toMatchObject({ seen: expect.stringMatching(/^it did not listen on the socket .* within 3000 ms/) });
  expect(report.module).toBeUndefined();
  expect(marks).toHaveLength(2);
  expect(left).toEqual([]);
});

test("a check that is interrupted ends at once, and leaves nothing either", { timeout: 60_000 }, async () => {
  const stop = new AbortController();
  const startedAtMs = performance.now();
  const { marks, left } = await checkDeaf(50_000, stop.signal, () => stop.abort());
  expect(performance.now() - startedAtMs).toBeLessThan(30_000);
  expect(marks).toHaveLength(1);
  expect(left).toEqual([]);
});
