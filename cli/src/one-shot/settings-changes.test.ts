import { expect, test } from "vitest";
import { changedSettings, parseChange } from "./settings-changes.js";

test.for([
  { why: "section, key and value", text: "snmp.port=1161", want: { section: "snmp", key: "port", value: "1161" } },
  {
    why: "a value may hold anything",
    text: "http.url=https://a.b/?c=d e",
    want: { section: "http", key: "url", value: "https://a.b/?c=d e" },
  },
  { why: "a value may be empty", text: "snmp.community=", want: { section: "snmp", key: "community", value: "" } },
  { why: "a key may hold dots", text: "a.b.c=1", want: { section: "a", key: "b.c", value: "1" } },
  { why: "no section is nothing", text: "port=1", want: undefined },
  { why: "no value is none", text: "snmp.port", want: undefined },
  { why: "no key is none", text: "snmp.=1", want: undefined },
])("--setting: $why", ({ text, want }) => expect(parseChange(text)).toEqual(want));

const file = [
  {
    name: "snmp",
    entries: [
      { key: "port", value: "161", line: 12 },
      { key: "community", value: "x", line: 13 },
    ],
  },
  { name: "main", entries: [] },
];

test.for([
  {
    why: "a key of the file is replaced, the others stay",
    change: { section: "snmp", key: "port", value: "1161" },
    want: { snmp: { community: "x", port: "1161" }, main: {} },
  },
  {
    why: "a key is added",
    change: { section: "snmp", key: "version", value: "1" },
    want: { snmp: { port: "161", community: "x", version: "1" }, main: {} },
  },
  {
    why: "a section is added",
    change: { section: "dimension", key: "a", value: "1" },
    want: { snmp: { port: "161", community: "x" }, main: {}, dimension: { a: "1" } },
  },
  {
    why: "an empty section is filled",
    change: { section: "main", key: "a", value: "1" },
    want: { snmp: { port: "161", community: "x" }, main: { a: "1" } },
  },
])("$why", ({ change, want }) => {
  const changed = changedSettings(file, [change]);
  expect(
    Object.fromEntries(
      changed.map(({ name, entries }) => [name, Object.fromEntries(entries.map(({ key, value }) => [key, value]))]),
    ),
  ).toEqual(want);
  expect(new Set(changed.map(({ name }) => name)).size).toBe(changed.length);
});
