import { expect, test } from "vitest";
import { readModuleLine } from "./module-lines.js";

test.for([
  {
    why: "a log line of pino keeps level, message and fields, and loses what our own line says anyway",
    text: '{"level":40,"time":1,"pid":2,"hostname":"h","name":"snmp","device":"sw1","msg":"no answer"}',
    want: { level: "warn", message: "no answer", fields: { device: "sw1" } },
  },
  {
    why: "a level by name is understood",
    text: '{"level":"error","msg":"bad"}',
    want: { level: "error", message: "bad", fields: {} },
  },
  {
    why: "any other line is itself",
    text: "hello",
    want: { level: "info", message: "hello", fields: { stream: "stdout" } },
  },
  {
    why: "JSON that is no log line is itself",
    text: '{"a":1}',
    want: { level: "info", message: '{"a":1}', fields: { stream: "stdout" } },
  },
  {
    why: "half of a line is itself",
    text: '{"msg":"a',
    want: { level: "info", message: '{"msg":"a', fields: { stream: "stdout" } },
  },
])("$why", ({ text, want }) => expect(readModuleLine("stdout", text)).toEqual(want));
