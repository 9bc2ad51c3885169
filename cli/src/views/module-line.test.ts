import { expect, test } from "vitest";
import { authorLine } from "./module-line.js";

const line = (fields: object): string =>
  JSON.stringify({ level: "info", time: 1, msg: "read", plugin: "p", ...fields });

test.for([
  { why: "a print is shown as it is", text: "hello {", want: "hello {" },
  { why: "so is JSON that is no log line", text: '{"a":1}', want: '{"a":1}' },
  {
    why: "a line of the author's has its level and its fields",
    text: line({ celsius: 21, port: "eth 0" }),
    want: 'info read celsius=21 port="eth 0"',
  },
  { why: "levels may be numbers", text: line({ level: 40 }), want: "warn read" },
  {
    why: "an error brings its message",
    text: line({ level: "error", err: { message: "boom" } }),
    want: "error read (boom)",
  },
  {
    why: "what the SDK says of itself is no news",
    text: JSON.stringify({ level: "info", msg: "module serves" }),
    want: undefined,
  },
  { why: "unless it is a warning", text: JSON.stringify({ level: "warn", msg: "slow" }), want: "warn slow" },
])("$why", ({ text, want }) => expect(authorLine({ text })).toBe(want));
