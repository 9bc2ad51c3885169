import {
  type AgentOptions,
  type Arrival,
  demoMib,
  demoNetwork,
  knownCounters,
  type MibValue,
  mibTree,
  startSnmpAgent,
} from "@ocelli/demo";
import { type FoundResource, type MetricGroup, testPlugin } from "@ocelli/plugin-sdk";
import { ErrorStatus } from "net-snmp";
import { afterEach, expect, test } from "vitest";
import { snmpInterface } from "./plugin.js";
import { SessionPool } from "./snmp/session-pool.js";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function device(options: Partial<AgentOptions>) {
  const arrivals: Arrival[] = [];
  const agent = await startSnmpAgent({
    port: 0,
    tree: () => mibTree([]),
    communities: ["public"],
    onArrival: (arrival) => arrivals.push(arrival),
    ...options,
  });
  closing.push(() => agent.close());
  const resource: FoundResource = { id: "device", class: "network", endpoint: `127.0.0.1:${agent.port}` };
  return { resource, arrivals, close: () => agent.close() };
}

function plugin(section: Record<string, unknown> = {}, more: Record<string, unknown> = {}) {
  const pool = new SessionPool();
  closing.push(() => pool.close());
  const snmp = { community: "public", timeout_seconds: 2, retries: 0, ...section };
  return testPlugin(snmpInterface(pool), { snmp, ...more });
}

const [cisco, juniper] = demoNetwork(3);
if (!cisco || !juniper) throw new Error("the demo network is empty");
const elapsedMs = 12_345_000;
const ciscoTree = demoMib(cisco, elapsedMs);

const integer = (value: number): MibValue => ({ type: "integer", value });
const count32 = (value: number): MibValue => ({ type: "counter32", value });
const text = (value: string): MibValue => ({ type: "octets", value: Buffer.from(value) });

const metric = (group: MetricGroup | undefined, name: string) => group?.metrics.find((one) => one.name === name);
const value = (group: MetricGroup | undefined, name: string) => metric(group, name)?.value;
const dimension = (group: MetricGroup | undefined, name: string) =>
  group?.dimensions.find((one) => one.name === name)?.value;
const interfaces = (groups: readonly MetricGroup[]) => groups.filter(({ name }) => name === "interface");

test("every counter of a device arrives exactly, also beyond what a double can hold", async () => {
  const { resource } = await device({ tree: () => ciscoTree });
  const { groups, fault } = await plugin().poll(resource);
  expect(fault).toBeUndefined();
  const found = interfaces(groups);
  expect(found.map((group) => dimension(group, "interface_name"))).toEqual(cisco.interfaces.map(({ name }) => name));
  for (const [i, port] of cisco.interfaces.entries()) {
    const known = knownCounters(cisco.number, port.index, elapsedMs, port.up);
    const ethernet = (number: bigint) => (port.ethernet ? number : -1n);
    expect(Object.fromEntries(found[i]?.metrics.map(({ name, value }) => [name, value]) ?? [])).toEqual({
      bits_in: known.inOctets * 8n,
      bits_out: known.outOctets * 8n,
      unicast_packets_in: known.inUnicast,
      unicast_packets_out: known.outUnicast,
      multicast_packets_in: known.inMulticast,
      multicast_packets_out: known.outMulticast,
      broadcast_packets_in: known.inBroadcast,
      broadcast_packets_out: known.outBroadcast,
      total_packets_in: known.inUnicast + known.inMulticast + known.inBroadcast,
      total_packets_out: known.outUnicast + known.outMulticast + known.outBroadcast,
      errors_in: known.inErrors % 2n ** 32n,
      errors_out: known.outErrors,
      discards_in: known.inDiscards,
      discards_out: known.outDiscards,
      errors_frame: ethernet(known.alignmentErrors),
      errors_crc: ethernet(known.fcsErrors),
      errors_giants: ethernet(0n),
      admin_state: 1n,
      oper_state: port.up ? 1n : 2n,
      oper_admin_state_mismatch: port.up ? 0n : 1n,
      mtu: BigInt(port.mtu),
      configured_speed: port.speedMbps * 1e6,
    });
  }
  expect(value(found[0], "bits_in")).toBeGreaterThan(2n ** 53n);
  expect(metric(found[0], "bits_in")?.type).toBe("counter");
});

test("columns are asked together: a device of 4 to 6 interfaces costs few requests", async () => {
  const { resource, arrivals } = await device({ tree: () => ciscoTree });
  const asked = plugin();
  const { sets } = await asked.enrich(resource);
  arrivals.length = 0;
  await asked.poll(resource, { enrichments: { interface: sets[0]?.data } });
  expect(arrivals.length).toBeLessThanOrEqual(12);
  expect(Math.max(...arrivals.map(({ columns }) => columns))).toBeGreaterThanOrEqual(8);
});

test("without an enrichment the poll asks the device for its names, and knows its vendor", async () => {
  const { resource } = await device({ tree: () => demoMib(juniper, 0) });
  const { groups, fault } = await plugin().poll(resource);
  expect(fault).toBeUndefined();
  const unit = interfaces(groups).find((group) => dimension(group, "interface_name") === "et-0/0/0.0");
  expect(dimension(unit, "parent_interface_name")).toBe("et-0/0/0");
  expect(dimension(unit, "port_speed")).toBe("40000000000");
});

test("what the enrichment says wins over what the device says, and new interfaces are named by the device", async () => {
  const { resource } = await device({ tree: () => ciscoTree });
  const { groups } = await plugin().poll(resource, {
    enrichments: { interface: { "1": { interface_name: "first", configured_speed: 10 } } },
  });
  const found = interfaces(groups);
  expect(dimension(found[0], "interface_name")).toBe("first");
  expect(dimension(found[0], "alias")).toBe("<not set>");
  expect(value(found[0], "configured_speed")).toBe(10);
  expect(dimension(found[1], "interface_name")).toBe("Gi1/0/2");
});

test("the enrichment's facts come back as the poll's dimensions", async () => {
  const { resource, arrivals } = await device({ tree: () => ciscoTree });
  const asked = plugin({}, { interface: { vendor: "cisco" } });
  const { sets } = await asked.enrich(resource, { frequencyMs: 900_000 });
  expect(sets[0]).toMatchObject({ namespace: "interface", schema: "0.1", ttlS: 2700 });
  arrivals.length = 0;
  const { groups } = await asked.poll(resource, { enrichments: { interface: sets[0]?.data } });
  const sub = interfaces(groups).find((group) => dimension(group, "interface_name") === "Te1/1/1.100");
  expect(sub?.dimensions.map(({ name }) => name)).toHaveLength(10);
  expect(dimension(sub, "parent_interface_name")).toBe("Te1/1/1");
  expect(dimension(sub, "parent_interface_port_speed")).toBe("10000000000");
  expect(arrivals.some(({ firstOid }) => firstOid.startsWith("1.3.6.1.2.1.31.1.1.1.1"))).toBe(false);
});

test.for([{ version: "1" }, { version: "2c" }])(
  "a device without 64-bit counters is read with 32 bits over v$version",
  async ({ version }) => {
    const row: [string, MibValue][] = [
      ["1.3.6.1.2.1.2.2.1.2.1", text("eth0")],
      ["1.3.6.1.2.1.2.2.1.4.1", integer(1500)],
      ["1.3.6.1.2.1.2.2.1.7.1", integer(1)],
      ["1.3.6.1.2.1.2.2.1.8.1", integer(1)],
      ["1.3.6.1.2.1.2.2.1.10.1", count32(4_000_000_000)],
      ["1.3.6.1.2.1.2.2.1.11.1", count32(100)],
      ["1.3.6.1.2.1.2.2.1.12.1", count32(7)],
      ["1.3.6.1.2.1.2.2.1.14.1", count32(0)],
      ["1.3.6.1.2.1.2.2.1.16.1", count32(5)],
    ];
    const { resource } = await device({ tree: () => mibTree(row) });
    const { groups, fault } = await plugin({ version }).poll(resource);
    expect(fault).toBeUndefined();
    const [found] = interfaces(groups);
    expect(value(found, "bits_in")).toBe(32_000_000_000n);
    expect(value(found, "bits_out")).toBe(40n);
    expect(value(found, "total_packets_in")).toBe(107n);
    expect(value(found, "multicast_packets_in")).toBe(-1n);
    expect(value(found, "errors_in")).toBe(0n);
    expect(value(found, "errors_out")).toBe(-1n);
    expect(found?.metrics).toHaveLength(22);
  },
);

test("interfaces that nothing tells apart get their index", async () => {
  const rows = [1, 2].map((index): [string, MibValue] => [
    `1.3.6.1.2.1.31.1.1.1.6.${index}`,
    { type: "counter64", value: 1n },
  ]);
  const { resource } = await device({ tree: () => mibTree(rows) });
  const { groups, fault } = await plugin().poll(resource);
  expect(fault).toBeUndefined();
  expect(interfaces(groups).map((group) => dimension(group, "interface_index"))).toEqual(["1", "2"]);
});

test("the index is a dimension where that is set", async () => {
  const { resource } = await device({ tree: () => ciscoTree });
  const { groups } = await plugin({}, { dimension: { include_interface_index: true } }).poll(resource);
  expect(dimension(interfaces(groups)[0], "interface_index")).toBe("1");
});

test("a column that the device refuses is left out, the rest arrives, and the status says so", async () => {
  const { resource } = await device({
    tree: () => ciscoTree,
    refuse: (oid) => (oid.startsWith("1.3.6.1.2.1.2.2.1.14") ? ErrorStatus.GeneralError : undefined),
  });
  const { groups, fault } = await plugin().poll(resource);
  expect(fault).toMatchObject({ status: "partial", origin: "target" });
  const [found] = interfaces(groups);
  expect(metric(found, "errors_in")).toBeUndefined();
  expect(metric(found, "errors_out")?.value).toBeTypeOf("bigint");
  expect(value(groups.at(-1), "interface_polling_status")).toBe(4);
});

test("a device that falls silent over dot3Stats alone still gives its interfaces", async () => {
  const { resource } = await device({ tree: () => ciscoTree, dead: (oid) => oid.startsWith("1.3.6.1.2.1.10.7") });
  const { groups, fault } = await plugin({ timeout_seconds: 0.5 }).poll(resource);
  expect(fault?.status).toBe("partial");
  expect(interfaces(groups)).toHaveLength(cisco.interfaces.length);
  expect(metric(interfaces(groups)[0], "errors_crc")).toBeUndefined();
});

test.for([
  {
    why: "a device that does not answer",
    agent: { dead: true },
    section: { timeout_seconds: 0.3 },
    want: { status: "timeout", origin: "target", message: expect.stringContaining("wrong community") },
  },
  {
    why: "a device with another community",
    agent: { communities: ["other"] },
    section: { timeout_seconds: 0.3 },
    want: { status: "timeout" },
  },
  {
    why: "a v3 user that the device does not know",
    agent: {},
    section: { version: "3", user: "nobody" },
    want: { status: "authentication", origin: "credentials" },
  },
  { why: "a device without interfaces", agent: {}, section: {}, want: { status: "missing_metrics" } },
] as { why: string; agent: Partial<AgentOptions>; section: Record<string, unknown>; want: object }[])(
  "$why: enrichment and poll say so",
  async ({ agent, section, want }) => {
    const { resource } = await device(agent);
    const asked = plugin(section);
    expect((await asked.poll(resource)).fault).toMatchObject(want);
    expect((await asked.enrich(resource)).fault).toMatchObject(want);
  },
);

test("a port where nothing listens is a network failure, and once the device is there it is polled", async () => {
  const { resource, close } = await device({ tree: () => ciscoTree });
  await close();
  const asked = plugin({ timeout_seconds: 20 });
  expect((await asked.poll(resource)).fault).toMatchObject({ status: "network" });
  const port = Number(resource.endpoint?.split(":")[1]);
  await device({ port, tree: () => ciscoTree });
  expect((await asked.poll(resource)).fault).toBeUndefined();
});

test("a run that is out of time ends at once, with its socket closed", async () => {
  const pool = new SessionPool();
  const { resource } = await device({ dead: true });
  const asked = testPlugin(snmpInterface(pool), { snmp: { community: "public", timeout_seconds: 60 } });
  const startedAtMs = performance.now();
  const { fault } = await asked.poll(resource, { deadlineMs: 200 });
  expect(fault).toMatchObject({ status: "timeout" });
  expect(performance.now() - startedAtMs).toBeLessThan(5000);
  await expect.poll(() => pool.size).toBe(0);
});
