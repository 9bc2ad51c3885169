import { expect, test } from "vitest";
import { parseOptions } from "./options.js";

test.for([
  {
    why: "a window that has no length is refused",
    args: ["--seconds", "0"],
    want: /--seconds 0 is not a number above 0/,
  },
  { why: "a profile needs a place that outlives the run", args: ["--profile", "agent"], want: /--keep DIR/ },
  { why: "the docs are written from whole runs only", args: ["--write-docs", "--only", "mesh"], want: /whole run/ },
  { why: "the docs of the SDKs are written from all of them", args: ["sdk-go", "--write-docs"], want: /all of sdk/ },
  { why: "a slip is refused", args: ["--pears"], want: /--pears/ },
])("$why", ({ args, want }) => expect(() => parseOptions(args)).toThrow(want));

test("a row may be named without an option, and all SDKs together write their docs", () => {
  expect(parseOptions(["sdk-go", "mesh", "--only", "broker"]).only).toEqual(["broker", "sdk-go", "mesh"]);
  expect(parseOptions(["sdk", "--write-docs"])).toMatchObject({ only: ["sdk"], writeDocs: true });
});

test("five windows of 5 s unless it has to be quick", () => {
  expect(parseOptions([])).toMatchObject({ seconds: 5, windows: 5, rate: null });
  expect(parseOptions(["--quick"])).toMatchObject({ seconds: 3, windows: 3, quick: true });
});
