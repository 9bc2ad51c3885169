/** One device of the demo network. Everything follows from its number, so that a restart or a test finds the same. */
export interface DemoDevice {
  readonly number: number;
  readonly id: string;
  readonly site: string;
  readonly subclass: string;
  readonly type: "cisco" | "juniper" | "arista";
  readonly model: string;
  readonly sysObjectId: string;
  readonly sysDescr: string;
  readonly interfaces: readonly DemoInterface[];
  /** Extra time before each answer, in ms. */
  readonly delayMs: number;
  /** True: it has a port, and never answers. */
  readonly dead: boolean;
}

export interface DemoInterface {
  readonly index: number;
  readonly name: string;
  readonly description: string;
  readonly alias: string;
  /** IANAifType. */
  readonly ifType: number;
  readonly mtu: number;
  readonly speedMbps: number;
  readonly up: boolean;
  readonly ethernet: boolean;
}

type Port = readonly [name: string, speedMbps: number, description?: string];

const vendors = [
  {
    type: "cisco",
    model: "C9300-24T",
    subclass: "switch",
    sysObjectId: "1.3.6.1.4.1.9.1.2494",
    sysDescr: "Cisco IOS Software [Gibraltar], Catalyst L3 Switch Software, Version 16.12.4",
    ports: [
      ["Gi1/0/1", 1000, "GigabitEthernet1/0/1"],
      ["Gi1/0/2", 1000, "GigabitEthernet1/0/2"],
      ["Te1/1/1", 10_000, "TenGigabitEthernet1/1/1"],
      ["Te1/1/1.100", 10_000, "TenGigabitEthernet1/1/1.100"],
      ["Gi1/0/3", 1000, "GigabitEthernet1/0/3"],
      ["Vl10", 1000, "Vlan10"],
    ],
  },
  {
    type: "juniper",
    model: "MX204",
    subclass: "router",
    sysObjectId: "1.3.6.1.4.1.2636.1.1.1.2.158",
    sysDescr: "Juniper Networks, Inc. mx204 internet router, kernel JUNOS 21.2R3",
    ports: [
      ["et-0/0/0", 100_000],
      ["et-0/0/0.0", 100_000],
      ["xe-0/1/0", 10_000],
      ["xe-0/1/1:0", 10_000],
      ["ge-1/0/0", 1000],
      ["ae0", 20_000],
      ["fxp0", 1000],
    ],
  },
  {
    type: "arista",
    model: "DCS-7050SX3",
    subclass: "switch",
    sysObjectId: "1.3.6.1.4.1.30065.1.3011.7050.3282.48",
    sysDescr: "Arista Networks EOS version 4.28.3M running on an Arista Networks DCS-7050SX3-48YC8",
    ports: [
      ["Ethernet1", 25_000],
      ["Ethernet2", 25_000],
      ["Ethernet49/1", 25_000],
      ["Ethernet49/2", 25_000],
      ["Management1", 1000],
    ],
  },
] as const satisfies readonly (Omit<DemoDevice, "number" | "id" | "site" | "interfaces" | "delayMs" | "dead"> & {
  ports: readonly Port[];
})[];

/** `count` devices in turn of each vendor; the last `dead` of them never answer, and one that does is slow. */
export function demoNetwork(count: number, dead = 0): DemoDevice[] {
  const alive = Math.max(0, count - dead);
  return Array.from({ length: count }, (_, number): DemoDevice => {
    const vendor = vendors[number % vendors.length] ?? vendors[0];
    const { ports, ...kept } = vendor;
    const known: readonly Port[] = ports;
    // From 4 to all of the vendor's ports, so that neighbours differ.
    const shown = known.slice(0, 4 + ((number * 2 + 1) % Math.max(1, known.length - 3)));
    return {
      ...kept,
      number,
      id: `demo-${kept.type}-${number + 1}`,
      site: number % 2 === 0 ? "north" : "south",
      interfaces: shown.map((port, i) => interfaceOf(port, i, number)),
      delayMs: alive > 1 && number === alive - 1 ? 300 : 0,
      dead: number >= alive,
    };
  });
}

function interfaceOf([name, speedMbps, description = name]: Port, i: number, device: number): DemoInterface {
  const logical = /\.\d+$/.test(name) || name.startsWith("Vl");
  return {
    index: name.startsWith("Vl") ? 1000 + i : i + 1,
    name,
    description,
    alias: i === 0 ? `uplink of device ${device + 1}` : "",
    ifType: logical ? 53 : name.startsWith("ae") ? 161 : 6,
    mtu: speedMbps >= 10_000 ? 9214 : 1500,
    speedMbps,
    up: i % 5 !== 4,
    ethernet: !logical,
  };
}
