import { testSettings } from "@ocelli/plugin-sdk";
import { expect, test } from "vitest";
import { snmpInterface } from "./plugin.js";
import { settings } from "./settings.js";
import { targetOf } from "./target-of.js";

const module = snmpInterface();
const snmp = (section: Record<string, unknown>) => settings.parse({ snmp: section }).snmp;

test.for([
  { endpoint: "10.0.0.1", metadata: {}, want: { host: "10.0.0.1", port: 161 } },
  { endpoint: "10.0.0.1:1161", metadata: {}, want: { host: "10.0.0.1", port: 1161 } },
  { endpoint: "switch-1.example.net", metadata: {}, want: { host: "switch-1.example.net", port: 161 } },
  { endpoint: "[2001:db8::1]:1161", metadata: {}, want: { host: "2001:db8::1", port: 1161 } },
  { endpoint: "[2001:db8::1]", metadata: {}, want: { host: "2001:db8::1", port: 161 } },
  { endpoint: "2001:db8::1", metadata: {}, want: { host: "2001:db8::1", port: 161 } },
  { endpoint: "snmp://10.0.0.1:1161", metadata: {}, want: { host: "10.0.0.1", port: 1161 } },
  { endpoint: "10.0.0.1:443", metadata: { snmp_port: "1161" }, want: { host: "10.0.0.1", port: 1161 } },
] as { endpoint: string; metadata: Record<string, string>; want: object }[])(
  "$endpoint with $metadata is asked at $want",
  ({ endpoint, metadata, want }) => {
    expect(targetOf(snmp({ community: "c" }), { endpoint, metadata })).toMatchObject(want);
  },
);

test.for([
  { why: "no host", endpoint: "", metadata: {}, says: "is not host, host:port or [v6]:port" },
  {
    why: "a URL of something else",
    endpoint: "https://x/y",
    metadata: {},
    says: "is not host, host:port or [v6]:port",
  },
  { why: "a port out of range", endpoint: "x:70000", metadata: {}, says: "has no port from 1 to 65535" },
  { why: "a port that is no number", endpoint: "x", metadata: { snmp_port: "snmp" }, says: 'snmp_port "snmp"' },
  { why: "a version that is none", endpoint: "x", metadata: { snmp_version: "4" }, says: 'snmp_version "4"' },
  { why: "v3 without a user", endpoint: "x", metadata: { snmp_version: "3" }, says: "needs [snmp] user" },
] as { why: string; endpoint: string; metadata: Record<string, string>; says: string }[])(
  "a resource with $why is told what is wrong",
  ({ endpoint, metadata, says }) => {
    expect(() => targetOf(snmp({ community: "c" }), { endpoint, metadata })).toThrow(says);
  },
);

test("metadata chooses the version", () => {
  const target = targetOf(snmp({ community: "c" }), { endpoint: "x", metadata: { snmp_version: "1" } });
  expect(target.credentials).toEqual({ version: "1", community: "c" });
});

test("the keys that are given make the security level", () => {
  const level = (section: Record<string, unknown>) => {
    const { credentials } = targetOf(snmp({ version: "3", user: "u", ...section }), { endpoint: "x", metadata: {} });
    return credentials.version === "3" ? credentials.user.level : undefined;
  };
  expect(level({})).toBe("noAuthNoPriv");
  expect(level({ auth_key: "a" })).toBe("authNoPriv");
  expect(level({ auth_key: "a", priv_key: "p" })).toBe("authPriv");
  expect(level({ auth_key: "a", priv_key: "p", level: "authNoPriv" })).toBe("authNoPriv");
});

test.for([
  { why: "v2c without a community", given: { snmp: {} }, at: ["/snmp/community"] },
  { why: "nothing at all", given: {}, at: ["/snmp/community"] },
  { why: "v3 without a user", given: { snmp: { version: "3" } }, at: ["/snmp/user"] },
  {
    why: "a level without its keys",
    given: { snmp: { version: "3", user: "u", level: "authPriv" } },
    at: ["/snmp/auth_key", "/snmp/priv_key"],
  },
  { why: "an unknown key", given: { snmp: { community: "c", comunity: "c" } }, at: ["/snmp/comunity"] },
  {
    why: "an unknown cipher",
    given: { snmp: { version: "3", user: "u", priv_protocol: "rot13" } },
    at: ["/snmp/priv_protocol"],
  },
  { why: "v2c with a community", given: { snmp: { community: "c" } }, at: [] },
  {
    why: "Panoptes' names",
    given: { snmp: { community: "c", timeout: 10, retries: 2, max_repetitions: 25 }, main: { enrichment_ttl: 900 } },
    at: [],
  },
])("settings: $why", async ({ given, at }) => {
  expect((await testSettings(module, given)).map(({ path }) => path)).toEqual(at);
});

test("a timeout under Panoptes' name counts", () => {
  expect(targetOf(snmp({ community: "c", timeout: 2.5 }), { endpoint: "x", metadata: {} }).timeoutMs).toBe(2500);
});
