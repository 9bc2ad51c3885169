// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how plugin files write references
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parsePluginFile } from "./parse-plugin-file.js";

const folder = fileURLToPath(new URL("../testdata/", import.meta.url));

/** What each bad file of testdata is refused with, as "line: message". */
const refusals = {
  "section-core-missing": ["0: section [Core] is missing"],
  "section-documentation-missing": ["0: section [Documentation] is missing"],
  "section-main-missing": ["0: section [main] is missing"],
  "section-slip": ["4: unknown section [Documention], did you mean [Documentation]?"],
  "section-slip-of-present": [
    "11: unknown section [mian], did you mean [main]? A section of the module needs a name that differs more",
  ],
  "section-twice": ["11: section [snmp] stands twice, first in line 9"],
  "section-twice-in-other-case": ["11: section [main] stands twice, first in line 7"],
  "section-open": ["9: a section is written [name], alone on its line"],
  "section-proto": ['11: "__proto__" cannot be a name'],
  "key-before-section": ['1: "Name" stands before any section; begin with [Core]'],
  "key-without-value": ["11: no = in this line: a line is key = value, and a value ends with its line"],
  "key-with-colon": [
    "7: execute_frequency is missing in [main]",
    "8: no = in this line: a line is key = value, and a value ends with its line",
  ],
  "key-without-name": ["11: no key before the ="],
  "key-with-quotes": ["11: no key before the =: a key has no quotes or brackets"],
  "key-proto": ['11: "__proto__" cannot be a name'],
  "key-twice": ["12: retries stands twice in [snmp], first in line 11"],
  "key-twice-in-own-section": ["4: Name stands twice in [Core], first in line 2"],
  "key-single-and-list": ["13: oids stands twice in [snmp], first in line 11"],
  "key-unknown-core": ['4: unknown key "Colour" in [Core]; it takes Name, Module, Service'],
  "key-unknown-documentation": ['7: unknown key "Autor" in [Documentation], did you mean "Author"?'],
  "key-slip-main": ['9: unknown key "resource_fitler" in [main], did you mean "resource_filter"?'],
  "key-slip-mandatory": ['8: unknown key "execute_frequancy" in [main], did you mean "execute_frequency"?'],
  "value-continued": ["10: no key before the =: a key has no spaces, and a value ends with its line"],
  "value-no-string": [
    '11: the value of path is not a string: in double quotes, write \\" for a quote and \\\\ for a backslash',
  ],
  "name-missing": ["1: Name is missing in [Core]"],
  "name-empty": ["2: Name is empty"],
  "name-too-long": ["2: Name is 129 bytes long; at most 128 are taken"],
  "name-with-tab": ["2: Name has white space around it or control characters in it"],
  "module-missing": ["1: Module is missing in [Core]"],
  "module-not-there": [
    `3: Module ${join(folder, "../plugins/nowhere")} does not exist, nor with .js, .mjs, .py behind it`,
  ],
  "module-service-slip": ['3: unknown Module "servcie:snmp", did you mean "service:snmp"?'],
  "module-service-without-name": ["3: service: lacks the name the module registers by"],
  "service-unknown": ['4: unknown Service "poling", did you mean "polling"?'],
  "frequency-missing": ["7: execute_frequency is missing in [main]"],
  "frequency-zero": ["8: execute_frequency is 0; it must be from 0.1 to 604800"],
  "frequency-with-unit": ['8: execute_frequency "60s" is not a number of seconds, such as 60 or 0.5'],
  "frequency-too-long": ["8: execute_frequency is 604801; it must be from 0.1 to 604800"],
  "timeout-longer-than-frequency": ["9: timeout_seconds is 90, longer than execute_frequency, which is 60"],
  "in-flight-zero": ["9: max_in_flight is 0; it must be from 1 to 10000"],
  "in-flight-not-whole": ['9: max_in_flight "2.5" is not a whole number'],
  "removal-over-100": ["9: removal_percent is 101; it must be from 0 to 100"],
  "filter-unknown-field": [
    '9: resource_filter, column 50: unknown field "resource_typ", did you mean "resource_type"?',
  ],
  "filter-single-quotes": ['9: resource_filter, column 38: values stand in double quotes: write "network"'],
  "filter-open": ["9: resource_filter, column 19: this ( is never closed"],
  "preload-without-namespace": ['10: preload "interface" is neither self:NAMESPACE nor RESOURCE:NAMESPACE'],
  "reference-unknown-source": [
    '10: [snmp] community: unknown source "evn" in ${evn:SNMP_COMMUNITY}, did you mean "env"?',
  ],
  "reference-without-source": [
    "10: [snmp] community: ${SNMP_COMMUNITY} does not say from where; write ${env:SNMP_COMMUNITY} or ${file:/path}",
  ],
  "reference-open": ["10: [snmp] community: a ${ is never closed"],
  "reference-no-variable": ["10: [snmp] community: ${env:SNMP-COMMUNITY} names no environment variable"],
  "reference-relative-file": ["10: [snmp] community: ${file:secrets/snmp} needs an absolute path"],
  "reference-in-own-key": ["8: execute_frequency takes no ${…}; references are for the settings of the module"],
  "everything-at-once": [
    '1: "Colour" stands before any section; begin with [Core]',
    '4: unknown key "Modul" in [Core], did you mean "Module"?',
    `4: Module ${join(folder, "../plugins/nowhere")} does not exist, nor with .js, .mjs, .py behind it`,
    '5: unknown Service "pull"; there are discovery, enrichment, polling, sink',
    '8: unknown key "Licence" in [Documentation]; it takes Author, Version, Website, Description',
    '10: execute_frequency "often" is not a number of seconds, such as 60 or 0.5',
    '11: timeout_seconds "1h" is not a number of seconds, such as 60 or 0.5',
    '12: resource_filter, column 19: unknown field "class", did you mean "resource_class"?',
    '12: resource_filter, column 27: values stand in double quotes: write "network"',
    '14: [snmp] community: unknown source "vault" in ${vault:snmp}; there are env and file',
    "16: retries stands twice in [snmp], first in line 15",
  ],
};

test.for(Object.entries(refusals))("%s is refused", ([name, want]) => {
  const file = join(folder, `${name}.bad.ocelli-plugin`);
  const parsed = parsePluginFile(readFileSync(file, "utf8"), file, { exists: (path) => !path.includes("nowhere") });
  expect(parsed.kind === "bad" && parsed.problems.map(({ line, message }) => `${line}: ${message}`)).toEqual(want);
});

test("every bad fixture is in the table", () => {
  const names = readdirSync(folder).flatMap((file) => /^(.*)\.bad\.ocelli-plugin$/.exec(file)?.[1] ?? []);
  expect(names.toSorted()).toEqual(Object.keys(refusals).toSorted());
});
