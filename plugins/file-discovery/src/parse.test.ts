import { expect, test } from "vitest";
import { type ParseOptions, parse } from "./parse.js";
import { defaultLabelMap } from "./parse-targets.js";

const options: ParseOptions = { format: "auto", map: defaultLabelMap, defaults: {} };
const nothing = { site: "", class: "", subclass: "", type: "", metadata: {}, parents: [], ttlS: 0 };

test("a file of Panoptes is read as it is: prefixes, ttl in the metadata, plugin and timestamp left out", () => {
  const text = `[{"resource_site": "lab", "resource_class": "network", "resource_subclass": "switch", "resource_type": "cisco-ios",
    "resource_id": "sw1", "resource_endpoint": "10.0.0.1", "resource_plugin": "p", "resource_creation_timestamp": "1512629517.0",
    "resource_metadata": {"_resource_ttl": "900", "model": "3560G"}}]`;
  expect(parse(text, "devices.json", options)).toEqual({
    kind: "entries",
    entries: [
      {
        kind: "resource",
        line: 1,
        resource: {
          id: "sw1",
          site: "lab",
          class: "network",
          subclass: "switch",
          type: "cisco-ios",
          endpoint: "10.0.0.1",
          metadata: { model: "3560G" },
          parents: [],
          ttlS: 900,
        },
      },
    ],
  });
});

test("an id is enough, and numbers and booleans in the metadata become text", () => {
  const text =
    '{"resources": [\n{"id": "Gerät 1/ä", "metadata": {"rack": 4, "spare": false, "note": null}, "parents": ["sw1"], "ttl_s": 60}]}';
  expect(parse(text, "a.json", options)).toEqual({
    kind: "entries",
    entries: [
      {
        kind: "resource",
        line: 2,
        resource: {
          ...nothing,
          id: "Gerät 1/ä",
          endpoint: "Gerät 1/ä",
          metadata: { rack: "4", spare: "false" },
          parents: ["sw1"],
          ttlS: 60,
        },
      },
    ],
  });
});

test.for([
  { why: "no id", entry: '{"endpoint": "10.0.0.1"}', reason: "it has no id" },
  {
    why: "an id that is too long",
    entry: `{"id": "${"ä".repeat(300)}"}`,
    reason: "its id is 600 bytes long, at most 512 are kept",
  },
  {
    why: "a key that is misspelt",
    entry: '{"id": "a", "endpiont": "b"}',
    reason:
      'the key "endpiont" is unknown (known: id, site, class, subclass, type, endpoint, metadata, parents, ttl_s; facts of your own go under metadata)',
  },
  {
    why: "an endpoint that is no text",
    entry: '{"id": "a", "endpoint": ["b"]}',
    reason: "endpoint is a list, a text is expected",
  },
  {
    why: "metadata that nests",
    entry: '{"id": "a", "metadata": {"x": {}}}',
    reason: "metadata.x is an object, a text is expected",
  },
  {
    why: "a ttl that is no number",
    entry: '{"id": "a", "ttl_s": "soon"}',
    reason: 'its ttl is "soon", not a whole number of seconds',
  },
  { why: "an entry that is no object", entry: '"sw1"', reason: "a resource is an object, this is a string" },
  {
    why: "two faults at once",
    entry: '{"class": 1, "parents": "x"}',
    reason: "parents is no list of resource ids; it has no id",
  },
])("$why is bad, with its line, and the other entries hold", ({ entry, reason }) => {
  const parsed = parse(`[\n  {"id": "good"},\n  ${entry}\n]`, "a.json", options);
  expect(parsed).toMatchObject({
    kind: "entries",
    entries: [
      { kind: "resource", line: 2 },
      { kind: "bad", line: 3, reason },
    ],
  });
});

test("CSV: fields by column, everything else is metadata, defaults fill what is empty", () => {
  const text = [
    "\uFEFF# exported by hand",
    "resource_id;endpoint;class;rack;metadata.serial;parents;ttl_s",
    'sw1;10.0.0.1;;"4; left";X1;core1 ; core2;300',
    "",
    "sw2;10.0.0.2;storage;;;;",
  ].join("\r\n");
  const parsed = parse(text, "devices.CSV", { ...options, defaults: { class: "network", ttlS: 60 } });
  expect(parsed).toMatchObject({
    kind: "entries",
    entries: [
      { kind: "bad", line: 3, reason: "it has 8 columns, the header has 7" },
      {
        kind: "resource",
        line: 5,
        resource: { ...nothing, id: "sw2", endpoint: "10.0.0.2", class: "storage", ttlS: 60 },
      },
    ],
  });
  expect(parse(text.replace("core1 ; core2", '"core1 ; core2"'), "devices.csv", options)).toMatchObject({
    entries: [
      {
        kind: "resource",
        resource: { id: "sw1", metadata: { rack: "4; left", serial: "X1" }, parents: ["core1", "core2"], ttlS: 300 },
      },
      { kind: "resource" },
    ],
  });
});

test.for([
  {
    why: "a header without an id",
    text: "name,endpoint\na,b",
    place: { line: 1, column: 1 },
    reason: "the header line has no column id",
  },
  {
    why: "a column that stands twice",
    text: "id,site,site\na,b,c",
    place: { line: 1, column: 1 },
    reason: 'the column "site" stands twice',
  },
  { why: "an empty file", text: "\n", place: { line: 0, column: 0 }, reason: "there is no header line" },
])("CSV with $why is unreadable", ({ text, place, reason }) => {
  expect(parse(text, "a.csv", options)).toEqual({ kind: "unreadable", place, reason });
});

test("CSV with a quote that never ends is unreadable at its line", () => {
  const parsed = parse('id,site\na,b\nc,"d\ne,f\n', "a.csv", options);
  expect(parsed).toMatchObject({ kind: "unreadable", reason: expect.stringContaining("Quote") as string });
});

const fileSd = `
- targets: ['10.0.0.1:9100', 'web:80']
  labels:
    job: node
    datacenter: ams
    __meta_x: kept
- targets: ["10.0.0.3:161"]
  labels: {resource_id: core, class: network, type: cisco, endpoint: 10.0.0.3}
`;

test("file_sd in YAML: every target a resource, every label a fact", () => {
  expect(parse(fileSd, "targets.yml", options)).toMatchObject({
    kind: "entries",
    entries: [
      {
        line: 2,
        resource: {
          id: "10.0.0.1:9100",
          endpoint: "10.0.0.1:9100",
          class: "node",
          site: "ams",
          metadata: { job: "node", datacenter: "ams", __meta_x: "kept" },
        },
      },
      { line: 2, resource: { id: "web:80", endpoint: "web:80" } },
      { line: 7, resource: { id: "core", endpoint: "10.0.0.3", class: "network", type: "cisco" } },
    ],
  });
});

test("http_sd of NetBox: name, site, role and platform are found without a map, and a map changes them", () => {
  const labels = {
    __meta_netbox_name: "sw1",
    __meta_netbox_site: "Amsterdam 1",
    __meta_netbox_site_slug: "ams1",
    __meta_netbox_role_slug: "access",
    __meta_netbox_platform_slug: "ios",
    __meta_netbox_primary_ip: "10.0.0.1",
    __meta_netbox_tenant: "acme",
  };
  const text = JSON.stringify([{ targets: ["sw1"], labels }]);
  expect(parse(text, "https://netbox/", { ...options, format: "http_sd" })).toMatchObject({
    entries: [
      { resource: { id: "sw1", site: "ams1", subclass: "access", type: "ios", endpoint: "sw1", metadata: labels } },
    ],
  });
  const map = {
    ...defaultLabelMap,
    endpoint: ["__meta_netbox_primary_ip"],
    class: ["nothing", "__meta_netbox_tenant"],
  };
  expect(parse(text, "https://netbox/", { ...options, map })).toMatchObject({
    entries: [{ resource: { id: "sw1", class: "acme", endpoint: "10.0.0.1" } }],
  });
});

test.for([
  {
    why: "targets that are no list",
    group: '{"targets": "a:1"}',
    reason: "targets is a string, a list of host:port is expected",
  },
  {
    why: "a label that is no text",
    group: '{"targets": ["a"], "labels": {"x": 1}}',
    reason: "the label x is a number, a text is expected",
  },
  {
    why: "a key of another format",
    group: '{"targets": [], "source": "x"}',
    reason: 'the key "source" is unknown (known: targets, labels)',
  },
  {
    why: "a target that is no text",
    group: '{"targets": [5]}',
    reason: 'a target is a text such as "10.0.0.1:161", this is 5',
  },
])("a group with $why is bad", ({ group, reason }) => {
  expect(parse(`[${group}]`, "x.json", { ...options, format: "file_sd" })).toEqual({
    kind: "entries",
    entries: [{ kind: "bad", line: 1, reason }],
  });
});

test.for([
  { why: "YAML with a wrong indent", name: "a.yml", text: "- targets: [a]\n  labels:\n- - x\n b: c", line: 4 },
  { why: "YAML that is no list", name: "a.yaml", text: "a: b", line: 0 },
  { why: "JSON that is no list", name: "a.json", text: '{"devices": []}', line: 0 },
])("$why is unreadable", ({ name, text, line }) => {
  expect(parse(text, name, options)).toMatchObject({ kind: "unreadable", place: { line } });
});

test("YAML whose anchors multiply without end is unreadable, not a full memory", () => {
  const bomb = ["a: &a [x,x,x,x,x,x,x,x,x]"];
  for (const [from, to] of ["ab", "bc", "cd", "de", "ef", "fg"])
    bomb.push(`${to}: &${to} [${Array(9).fill(`*${from}`).join(",")}]`);
  const parsed = parse(`${bomb.join("\n")}\nresources: [*g]\n`, "a.yaml", options);
  expect(parsed.kind).toBe("unreadable");
});
