import { inspect } from "node:util";
import { expect, test } from "vitest";
import { z } from "zod";
import { createLog } from "./log.js";
import { Redactor } from "./redactor.js";
import { Secret, secret } from "./secret.js";

const hunter = new Secret("hunter22");

test.for([
  { how: "in a template", text: () => `${hunter}` },
  { how: "added to text", text: () => ["", hunter].join("") },
  { how: "as JSON", text: () => JSON.stringify({ hunter }) },
  { how: "by inspect, deep inside", text: () => inspect({ a: [hunter] }, { depth: null, showHidden: true }) },
  { how: "by String()", text: () => String(hunter) },
  { how: "as its keys and values", text: () => JSON.stringify([Object.entries(hunter), { ...hunter }]) },
])("a secret does not show $how", ({ text }) => {
  expect(text()).not.toContain("hunter22");
});

test("a secret is revealed where somebody says so", () => {
  expect(hunter.reveal()).toBe("hunter22");
});

test("a secret setting is text for people and a Secret for the plugin", () => {
  const parsed = z.strictObject({ community: secret() }).parse({ community: "public" });
  expect(parsed.community).toBeInstanceOf(Secret);
  expect(parsed.community.reveal()).toBe("public");
});

test.for([
  { why: "in a field", line: { fields: { url: "http://x/?key=hunter22" }, message: "asked" } },
  { why: "in the message", line: { fields: {}, message: "hunter22 was refused" } },
  { why: "in an error's stack", line: { fields: { err: new Error("no hunter22") }, message: "failed" } },
  { why: "escaped as JSON", line: { fields: { q: 'he said "quoted\\secret"' }, message: "escaped" } },
])("a log line hides a secret that stands $why", ({ line }) => {
  const lines: string[] = [];
  const redactor = new Redactor();
  redactor.add(["hunter22", '"quoted\\secret"', "x"]);
  const log = createLog({ level: "info", nowMs: () => 1, redactor, write: (text) => void lines.push(text) });
  log.warn(line.fields, line.message);
  expect(lines[0]).toContain("***");
  expect(lines[0]).not.toMatch(/hunter22|quoted/);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "warn", time: 1 });
});

test("a log line survives whatever an author puts into it", () => {
  const lines: string[] = [];
  const log = createLog({
    level: "info",
    nowMs: () => 1,
    redactor: new Redactor(),
    write: (text) => void lines.push(text),
  });
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  log.child({ plugin: "p" }).info({ circle }, "odd");
  log.info({ big: 2n ** 64n }, "big");
  log.debug("not at this level");
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(["odd", "big"]);
  expect(JSON.parse(lines[1] ?? "")).toMatchObject({ big: "18446744073709551616" });
});

test("a field of an author's does not replace what the line says of itself", () => {
  const lines: unknown[] = [];
  const write = (text: string): void => void lines.push(JSON.parse(text));
  const log = createLog({ level: "info", nowMs: () => 1, redactor: new Redactor(), write });
  log.child({ plugin: "p" }).info({ level: "high", time: 12, plugin: "q", site: "s" }, "read");
  const own = { level: "info", time: 1, msg: "read", plugin: "p" };
  expect(lines).toEqual([{ ...own, level_: "high", time_: 12, plugin_: "q", site: "s" }]);
});
