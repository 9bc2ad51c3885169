import { expect, test } from "vitest";
import type { SnmpValue } from "../snmp/value.js";
import { Cells } from "./cells.js";
import { configuredSpeed, type InterfaceFacts, interfaceFacts } from "./facts.js";
import { ifTable, ifXTable } from "./if-mib.js";
import { ifTypeName } from "./if-types.js";
import { type Vendor, vendorInText, vendorOfObjectId, vendorOfResource, vendorRules } from "./vendor.js";

type Port = { name?: string; descr?: string; mbps?: number; type?: number; mac?: number[] };

function factsOf(vendor: Vendor, ports: readonly Port[], model = ""): InterfaceFacts[] {
  const column = (oid: string, cell: (port: Port) => SnmpValue | undefined) => ({
    column: oid,
    failure: undefined,
    cells: new Map(
      ports.flatMap((port, i) => {
        const value = cell(port);
        return value === undefined ? [] : [[String(i + 1), value] as const];
      }),
    ),
  });
  const text = (value: string | undefined): SnmpValue | undefined =>
    value === undefined ? undefined : { kind: "octets", octets: Buffer.from(value) };
  const number = (value: number | undefined): SnmpValue | undefined =>
    value === undefined ? undefined : { kind: "number", number: BigInt(value) };
  const cells = new Cells([
    column(ifTable.type, ({ type = 6 }) => number(type)),
    column(ifTable.descr, ({ descr }) => text(descr)),
    column(ifTable.physAddress, ({ mac }) => mac && { kind: "octets", octets: Uint8Array.from(mac) }),
    column(ifXTable.name, ({ name }) => text(name)),
    column(ifXTable.highSpeed, ({ mbps }) => number(mbps)),
  ]);
  return [...interfaceFacts(cells, vendorRules[vendor], model).values()];
}

const parentOf = (facts: InterfaceFacts | undefined) => [
  facts?.parent_interface_name,
  facts?.parent_interface_media_type,
  facts?.parent_interface_configured_speed,
  facts?.parent_interface_port_speed,
];
const noParent = ["<not set>", "<not set>", -1, -1];
const G = 1e9;

test.for([
  {
    why: "Cisco: a subinterface has its port as parent",
    vendor: "cisco",
    ports: [
      { name: "Te1/1.100", mbps: 100 },
      { name: "Te1/1", mbps: 10_000 },
    ],
    want: ["Te1/1", "ethernetCsmacd", 10 * G, 10 * G],
  },
  {
    why: "Cisco: a parent that the device does not show is named all the same",
    vendor: "cisco",
    ports: [{ name: "Te1/1.100" }],
    want: ["Te1/1", "<not set>", -1, -1],
  },
  { why: "Cisco: a slash is no parent", vendor: "cisco", ports: [{ name: "Te1/1" }], want: noParent },
  {
    why: "Juniper: a unit of a channel belongs to the channel",
    vendor: "juniper",
    ports: [{ name: "et-0/0/1:0.0" }, { name: "et-0/0/1:0", mbps: 25_000 }, { name: "et-0/0/1", mbps: 1 }],
    want: ["et-0/0/1:0", "ethernetCsmacd", 25 * G, 40 * G],
  },
  {
    why: "Juniper: a channel belongs to the port",
    vendor: "juniper",
    ports: [{ name: "xe-0/0/1:2" }, { name: "xe-0/0/1", mbps: 40_000 }],
    want: ["xe-0/0/1", "ethernetCsmacd", 40 * G, 10 * G],
  },
  {
    why: "Arista: a lane's plug has four times its speed, seen or not",
    vendor: "arista",
    ports: [{ name: "Ethernet49/1", mbps: 25_000 }],
    want: ["Ethernet49", "ethernetCsmacd", 100 * G, 100 * G],
  },
  {
    why: "Arista: without a lane there is no parent, and its media type is the interface's own, as Panoptes has it",
    vendor: "arista",
    ports: [{ name: "Ethernet1", mbps: 25_000 }],
    want: ["<not set>", "ethernetCsmacd", -1, -1],
  },
  {
    why: "Arista: four times nothing is nothing",
    vendor: "arista",
    ports: [{ name: "Ethernet49/1" }],
    want: ["Ethernet49", "ethernetCsmacd", -1, -1],
  },
  { why: "generic: nobody has a parent", vendor: "generic", ports: [{ name: "a/b.1:2" }], want: noParent },
  {
    why: "interfaces without a name are not one another's parents",
    vendor: "cisco",
    ports: [{ mbps: 100 }, { mbps: 1000 }],
    want: noParent,
  },
] as { why: string; vendor: Vendor; ports: Port[]; want: unknown[] }[])("$why", ({ vendor, ports, want }) => {
  expect(parentOf(factsOf(vendor, ports)[0])).toEqual(want);
});

test.for([
  { vendor: "cisco", name: "Gi1/0/1", model: "", want: G },
  { vendor: "cisco", name: "TenGigabitEthernet1/1", model: "", want: 10 * G },
  { vendor: "cisco", name: "Fa0/1", model: "", want: 100e6 },
  { vendor: "juniper", name: "ge-0/0/0", model: "", want: G },
  { vendor: "juniper", name: "xe-0/0/0", model: "", want: 10 * G },
  { vendor: "juniper", name: "xle-0/0/0", model: "", want: 40 * G },
  { vendor: "juniper", name: "fte-0/0/0", model: "", want: 40 * G },
  { vendor: "juniper", name: "et-0/0/0", model: "MX960", want: 40 * G },
  { vendor: "juniper", name: "et-0/0/0", model: "QFX5200", want: 100 * G },
  { vendor: "juniper", name: "et-0/0/0", model: "QFX10000", want: 100 * G },
  { vendor: "juniper", name: "et-0/0/0", model: "qfx10002-72q", want: 100 * G },
  { vendor: "juniper", name: "et-0/0/0", model: "QFX5100", want: 40 * G },
  { vendor: "juniper", name: "ae0", model: "QFX5200", want: 100e6 },
  { vendor: "arista", name: "Ethernet1", model: "", want: 100e6 },
  { vendor: "generic", name: "Gi1", model: "", want: 100e6 },
] as const)("a $vendor $model port $name of 100 Mbit/s can do $want bit/s", ({ vendor, name, model, want }) => {
  expect(factsOf(vendor, [{ name, mbps: 100 }], model)[0]?.port_speed).toBe(want);
});

test.for([
  { why: "ifHighSpeed counts", high: 10_000n, low: 4_294_967_295n, want: 10 * G },
  { why: "ifSpeed is finer where ifHighSpeed is 1", high: 1n, low: 1_544_000n, want: 1_544_000 },
  { why: "ifSpeed is finer where ifHighSpeed is 0", high: 0n, low: 64_000n, want: 64_000 },
  { why: "both 0 is 0", high: 0n, low: 0n, want: 0 },
  { why: "ifHighSpeed 1 stands where ifSpeed is 0", high: 1n, low: 0n, want: 1e6 },
  { why: "ifSpeed alone", high: undefined, low: 10_000_000n, want: 10e6 },
  { why: "ifSpeed 0 alone says nothing", high: undefined, low: 0n, want: -1 },
  { why: "neither", high: undefined, low: undefined, want: -1 },
])("speed: $why", ({ high, low, want }) => {
  expect(configuredSpeed(high, low)).toBe(want);
});

test("what the device does not say is not set", () => {
  expect(factsOf("generic", [{ type: 999 }])[0]).toEqual({
    interface_name: "<not set>",
    description: "<not set>",
    alias: "<not set>",
    media_type: "<not set>",
    physical_address: "<not set>",
    configured_speed: -1,
    port_speed: -1,
    parent_interface_name: "<not set>",
    parent_interface_media_type: "<not set>",
    parent_interface_configured_speed: -1,
    parent_interface_port_speed: -1,
  });
});

test("a physical address is written in capitals", () => {
  expect(factsOf("generic", [{ mac: [0, 0xa0, 0xa5, 0x75, 0xe1, 0x0f] }])[0]?.physical_address).toBe(
    "00:A0:A5:75:E1:0F",
  );
});

test.for([
  { number: 1, name: "other" },
  { number: 6, name: "ethernetCsmacd" },
  { number: 161, name: "ieee8023adLag" },
  { number: 251, name: "vdsl2" },
  { number: 272, name: "vmwareNicTeam" },
  { number: 279, name: "gfast" },
  { number: 294, name: "otnOtsig" },
  { number: 0, name: undefined },
  { number: 274, name: undefined },
])("ifType $number is $name", ({ number, name }) => {
  expect(ifTypeName(number)).toBe(name);
});

test.for([
  { why: "the type", resource: { type: "cisco-ios", metadata: { vendor: "Juniper" } }, want: "cisco" },
  { why: "metadata vendor", resource: { type: "switch", metadata: { vendor: "Arista Networks" } }, want: "arista" },
  { why: "metadata os", resource: { type: "", metadata: { os: "NX-OS" } }, want: "cisco" },
  { why: "nothing", resource: { type: "linux", metadata: { model: "x" } }, want: undefined },
])("the vendor is told by $why", ({ resource, want }) => {
  expect(vendorOfResource(resource)).toBe(want);
});

test("the vendor is told by the device", () => {
  expect(vendorOfObjectId("1.3.6.1.4.1.30065.1.3011")).toBe("arista");
  expect(vendorOfObjectId("1.3.6.1.4.1.9.1.2494")).toBe("cisco");
  expect(vendorOfObjectId("1.3.6.1.4.1.99.1")).toBeUndefined();
  expect(vendorInText("Juniper Networks, Inc. mx204, kernel JUNOS 21.2R3")).toBe("juniper");
  expect(vendorInText("Linux box, kernel 6.1")).toBeUndefined();
});
