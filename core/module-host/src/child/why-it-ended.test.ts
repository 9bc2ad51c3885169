import { expect, test } from "vitest";
import { diagnose, endSentence, withLastWords } from "./why-it-ended.js";

const spawnError = (code: string) => Object.assign(new Error(`spawn ${code}`), { code });

test.for([
  { why: "an exit code is shown", end: { code: 3, signal: null, error: undefined }, says: "exited with code 3" },
  {
    why: "a kill says what it may mean",
    end: { code: null, signal: "SIGKILL", error: undefined },
    says: "was ended by SIGKILL (it may have used too much memory)",
  },
  {
    why: "a program that is there but is not found lacks its loader",
    end: { code: null, signal: null, error: spawnError("ENOENT") },
    says: "could not be started: the system does not find what /m needs to run: its interpreter or loader is missing, or it is built for another C library",
  },
  {
    why: "no right to run it",
    end: { code: null, signal: null, error: spawnError("EACCES") },
    says: "could not be started: /m may not be run by this user",
  },
])("$why", ({ end, says }) => expect(endSentence(end, "/m")).toBe(says));

test.for([
  {
    line: "Error: Cannot find module '/m/dist/main.js'",
    says: /\/m\/dist\/main\.js is missing: run npm install and npm run build/,
  },
  {
    line: "ModuleNotFoundError: No module named 'ocelli'",
    says: /Ocelli's SDK for Python is missing: .*plugin doctor/,
  },
  { line: "ModuleNotFoundError: No module named 'grpc'", says: /the Python package grpc is missing/ },
  { line: "SyntaxError: Unexpected token", says: /syntax error \(Unexpected token\)/ },
  {
    line: "./poll: error while loading shared libraries: libnetsnmp.so.40: cannot open",
    says: /libnetsnmp\.so\.40 is missing/,
  },
])("$line is diagnosed", ({ line, says }) => expect(diagnose(["first", line, "last"])).toMatch(says));

test("the last words are there, newest kept, log lines in JSON by their message", () => {
  const lines = [
    ...Array.from({ length: 100 }, (_, i) => `old ${i} ${"x".repeat(60)}`),
    '{"level":50,"msg":"no moon"}',
    "end",
  ];
  const reason = withLastWords("it exited", lines);
  expect(reason.length).toBeLessThan(2_000);
  expect(reason.split("\n")[0]).toBe("it exited; its last lines:");
  expect(reason).toMatch(/old 99[\s\S]* {2}\| no moon\n {2}\| end$/);
});
