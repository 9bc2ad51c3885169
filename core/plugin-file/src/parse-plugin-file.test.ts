// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how plugin files write references
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type ParsedPluginFile, parsePluginFile } from "./parse-plugin-file.js";

const folder = fileURLToPath(new URL("../testdata/", import.meta.url));

function parseFixture(name: string, text = readFileSync(join(folder, name), "utf8")): ParsedPluginFile {
  return parsePluginFile(text, join(folder, name), { exists: (path) => !path.includes("nowhere") });
}

function accepted(name: string, text?: string) {
  const parsed = parseFixture(name, text);
  if (parsed.kind === "bad") throw new Error(JSON.stringify(parsed.problems));
  return parsed;
}

test("a file that says most of what can be said is taken as it is written", () => {
  const { spec, nameLine } = accepted("interfaces.ocelli-plugin");
  expect(nameLine).toBe(3);
  expect(spec).toMatchObject({
    name: "interfaces",
    file: join(folder, "interfaces.ocelli-plugin"),
    module: join(folder, "../plugins/snmp-interface"),
    service: "polling",
    frequencyMs: 60_000,
    timeoutMs: 22_500,
    maxInFlight: 200,
    removalPercent: 0,
    resourceFilter:
      'resource_class = "network" AND (resource_type LIKE "cisco%" OR resource_metadata.note = "a;b # \\"c\\" \\\\d")',
    preload: ["self:interface", "10.0.0.1:161:neighbours"],
    documentation: {
      Author: "Example Networks",
      Version: "1.2",
      Website: "https://example.net/docs#interfaces",
      Description: "Counters of interfaces; every minute",
    },
    settings: [
      { name: "main", entries: [{ key: "group", value: "core", line: 18 }] },
      {
        name: "snmp",
        entries: [
          { key: "community", value: "${env:SNMP_COMMUNITY}", line: 24 },
          { key: "Version", value: "2c", line: 25 },
          { key: "oids[]", value: "1.3.6.1.2.1.2", line: 26 },
          { key: "oids[]", value: "1.3.6.1.2.1.31", line: 27 },
        ],
      },
      { name: "snmp.v3", entries: [{ key: "auth_key", value: "${file:/run/secrets/auth}", line: 30 }] },
    ],
  });
});

test("the smallest file gets every default", () => {
  expect(accepted("smallest.ocelli-plugin").spec).toMatchObject({
    name: "timer",
    module: "service:timer",
    service: undefined,
    frequencyMs: 100,
    timeoutMs: 100,
    maxInFlight: 50,
    removalPercent: 0,
    resourceFilter: "",
    preload: [],
    documentation: {},
    settings: [],
  });
});

test.for([
  {
    why: "one that polls",
    file: "device-interfaces.panoptes-plugin",
    want: {
      name: "Device Interface Metrics Plugin",
      resourceFilter: 'resource_class = "system" AND resource_subclass = "host"',
      preload: ["self:interface"],
    },
    sections: ["main", "snmp", "transforms"],
  },
  {
    why: "one that discovers",
    file: "from-json.panoptes-plugin",
    want: {
      name: "From JSON File Discovery Plugin",
      module: "/opt/panoptes/plugins/discovery/plugin_discovery_from_json_file.py",
    },
    sections: ["main"],
  },
])("a file of Panoptes is taken: $why", ({ file, want, sections }) => {
  const { spec } = accepted(file);
  expect(spec).toMatchObject({ ...want, frequencyMs: 60_000, timeoutMs: 60_000 });
  expect(spec.settings.map(({ name }) => name)).toEqual(sections);
});

const smallest = "[Core]\nName = a\nModule = m\n[Documentation]\n[main]\nexecute_frequency = 60\n";

test.for([
  {
    why: "a comment, blank lines and other line ends",
    text: `; note\r\n${smallest.replaceAll("\n", "\r\n\r\n")}`,
    same: true,
  },
  { why: "a byte order mark and spaces", text: `\ufeff${smallest.replaceAll("=", "   =   ")}`, same: true },
  { why: "another frequency", text: smallest.replace("60", "61"), same: false },
  { why: "another module", text: smallest.replace("= m", "= n"), same: false },
  { why: "a setting of the module", text: `${smallest}[snmp]\nretries = 2\n`, same: false },
])("the revision, after $why, stays the same: $same", ({ text, same }) => {
  const before = accepted("x.ocelli-plugin", smallest).spec.revision;
  expect(before).toMatch(/^[0-9a-f]{12}$/);
  expect(accepted("x.ocelli-plugin", text).spec.revision === before).toBe(same);
});

test("secrets in clear are taken with a warning that does not quote them", () => {
  const text = `${smallest}[snmp]\ncommunity = hunter2\nv3_auth_key = hunter3\npriv_key = \${env:PRIV}\ntoken_file = /t\npassword =\n`;
  const { warnings } = accepted("x.ocelli-plugin", text);
  expect(warnings.map(({ line, message }) => `${line}: ${message}`)).toEqual([
    "8: [snmp] community stands in clear; better ${env:NAME} or ${file:/path}",
    "9: [snmp] v3_auth_key stands in clear; better ${env:NAME} or ${file:/path}",
  ]);
});

test("no refusal quotes what may be a secret", () => {
  const text = `${smallest}[snmp]\ncommunity hunter2\ncommunity = hunter2\ncommunity = hunter2\npassword:hunter2\nkey = "hunter2\\x"\ntoken = hunter2 \${env:X\n  hunter2==\n`;
  const parsed = parseFixture("x.ocelli-plugin", text);
  expect(parsed.kind).toBe("bad");
  expect(JSON.stringify(parsed)).not.toContain("hunter2");
});

test("of very many problems the first fifty are told, and how many there are", () => {
  const parsed = parseFixture("x.ocelli-plugin", "x\n".repeat(1_000));
  const problems = parsed.kind === "bad" ? parsed.problems : [];
  expect(problems).toHaveLength(51);
  expect(problems.at(-1)?.message).toBe("and 953 more problems");
});

test("whatever the text, it is taken or refused with lines that it has", () => {
  const piece = fc.constantFrom(
    "[Core]",
    "[main]",
    "[",
    "]",
    "Name",
    "execute_frequency",
    "resource_filter",
    " = ",
    "=",
  );
  const hostile = fc.constantFrom(
    '"',
    "'",
    "\\",
    ";",
    "#",
    "${",
    "}",
    "\n",
    "\r",
    " ",
    "__proto__",
    "constructor",
    "a[]",
  );
  const text = fc.array(fc.oneof(piece, hostile, fc.string({ maxLength: 4 }))).map((all) => all.join(""));
  fc.assert(
    fc.property(text, (some) => {
      const parsed = parseFixture("x.ocelli-plugin", some);
      const lines = parsed.kind === "bad" ? parsed.problems.map(({ line }) => line) : [];
      expect(parsed.kind === "ok" || lines.length > 0).toBe(true);
      expect(Math.max(...lines)).toBeLessThanOrEqual(some.split(/\r\n|\r|\n/).length);
    }),
  );
});
