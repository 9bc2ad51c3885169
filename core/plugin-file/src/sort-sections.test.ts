import { expect, test } from "vitest";
import { readIniFile } from "./ini-file.js";
import { sectionProblem } from "./own-names.js";
import { sortSections } from "./sort-sections.js";

const sorted = (text: string) => sortSections(readIniFile(text).sections);

const base = "[Core]\n[Documentation]\n[main]\n";

test.for([
  { why: "a word that is as long as one of Ocelli's", section: "port" },
  { why: "a word with letters in common", section: "store" },
  { why: "a longer word that ends like one", section: "domain" },
  { why: "a name with dots, which nests nothing", section: "snmp.v3.user" },
  { why: "a name with a space", section: "rack row" },
])("a section of a module may be called [$section]: $why", ({ section }) => {
  const { settings, problems } = sorted(`${base}[${section}]\na = 1\n`);
  expect(problems).toEqual([]);
  expect(sectionProblem(section)).toBeUndefined();
  expect(settings).toEqual([{ name: section, entries: [{ key: "a", value: "1", line: 5 }] }]);
});

test.for([
  { section: "CORE", says: "is Ocelli's own section [Core]" },
  { section: "enrichment", says: "is Ocelli's own section [enrichment]" },
  { section: "mail", says: "would be taken for a slip of Ocelli's own section [main]" },
  { section: "my_enrichment", says: "would be taken for a slip of Ocelli's own section [enrichment]" },
])("a module may not call a section [$section]", ({ section, says }) => expect(sectionProblem(section)).toBe(says));

test("sections of a module keep their case and are different by it", () => {
  const { settings, problems } = sorted(`${base}[snmp]\n[SNMP]\n`);
  expect(problems).toEqual([]);
  expect(settings.map(({ name }) => name)).toEqual(["snmp", "SNMP"]);
});

test.for([
  "results_cache_age",
  "enrichment_ttl",
  "enrichment_namespace",
  "namespace",
  "polling_status_metric_name",
  "enrichment_schema_version",
  "polling_frequency",
  "config_file",
  "count",
  "timeout",
  "resource_ttl",
  "snmp_read_timeout",
])("a key of Panoptes in [main] goes to the module: %s", (key) => {
  const { settings, problems } = sorted(`[main]\n${key} = 1\n`);
  expect(problems).toEqual([]);
  expect(settings).toEqual([{ name: "main", entries: [{ key, value: "1", line: 2 }] }]);
});

test("a slip of a section that is missing is taken for it, so that what is in it is looked at", () => {
  const { own, problems } = sorted("[Cor]\nName = a\n[Documentation]\n[main]\n");
  expect(problems.map(({ message }) => message)).toEqual(["unknown section [Cor], did you mean [Core]?"]);
  expect(own.get("Core")?.entries.get("Name")?.value).toBe("a");
});

test("a slip of a section that comes later does not hide that one", () => {
  const { own, problems } = sorted("[mian]\nmax_in_flight = 3\n[main]\nmax_in_flight = 4\n");
  expect(problems.map(({ line }) => line)).toEqual([1]);
  expect(own.get("main")?.entries.get("max_in_flight")?.value).toBe("4");
});

test("keys of Ocelli's are taken in any case, keys of the module keep theirs", () => {
  const { own, settings } = sorted("[MAIN]\nExecute_Frequency = 5\nGroup = x\ngroup = y\n");
  expect([...(own.get("main")?.entries.keys() ?? [])]).toEqual(["execute_frequency"]);
  expect(settings[0]?.entries.map(({ key }) => key)).toEqual(["Group", "group"]);
});
