import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AgentOptions, type Arrival, type MibValue, mibTree, startSnmpAgent } from "@ocelli/demo";
import * as snmp from "net-snmp";
import { afterEach, expect, test } from "vitest";
import { SnmpSession } from "./session.js";
import { installSingleDes } from "./single-des.js";
import { authProtocols, privProtocols, type SnmpTarget, type SnmpUser } from "./target.js";
import { textOf } from "./value.js";
import { defaultWalkLimits, walkColumns } from "./walk-columns.js";

installSingleDes();

const name = "1.3.6.1.2.1.1.5.0";
const counters = "1.3.6.1.2.1.31.1.1.1.6";
const tree = mibTree([
  [name, { type: "octets", value: Buffer.from("Zürich 1\0") }],
  ...[0n, 1n, 127n, 128n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n].map((value, i): [string, MibValue] => [
    `${counters}.${i + 1}`,
    { type: "counter64", value },
  ]),
  ["1.3.6.1.2.1.2.2.1.10.1", { type: "counter32", value: 2 ** 32 - 1 }],
  ["1.3.6.1.2.1.2.2.1.5.1", { type: "gauge32", value: 2 ** 31 }],
]);

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function device(options: Partial<AgentOptions> = {}) {
  const arrivals: Arrival[] = [];
  const agent = await startSnmpAgent({
    port: 0,
    tree: () => tree,
    communities: ["public"],
    onArrival: (arrival) => arrivals.push(arrival),
    ...options,
  });
  closing.push(() => agent.close());
  return { port: agent.port, arrivals };
}

function session(port: number, target: Partial<SnmpTarget> = {}): SnmpSession {
  const made = new SnmpSession(
    {
      host: "127.0.0.1",
      port,
      credentials: { version: "2c", community: "public" },
      timeoutMs: 2000,
      retries: 0,
      anySource: false,
      ...target,
    },
    "127.0.0.1",
    4,
  );
  closing.push(() => made.close());
  return made;
}

const { signal } = new AbortController();

const user: SnmpUser = {
  name: "ocelli",
  level: "authPriv",
  authProtocol: "sha",
  authKey: "authentication",
  privProtocol: "aes",
  privKey: "private words",
  context: "",
};

function agentUser({ name, level, authProtocol, authKey, privProtocol, privKey }: SnmpUser): snmp.User {
  return {
    name,
    level: snmp.SecurityLevel[level],
    authProtocol: snmp.AuthProtocols[authProtocol],
    authKey,
    privProtocol: snmp.PrivProtocols[privProtocol],
    privKey,
  };
}

test.for([
  { why: "v1", credentials: { version: "1", community: "public" } },
  { why: "v2c", credentials: { version: "2c", community: "public" } },
  { why: "v3 without security", credentials: { version: "3", user: { ...user, level: "noAuthNoPriv" } } },
  ...authProtocols.map((authProtocol) => ({
    why: `v3 with ${authProtocol}`,
    credentials: { version: "3", user: { ...user, level: "authNoPriv", authProtocol } },
  })),
  ...privProtocols.map((privProtocol) => ({
    why: `v3 with sha and ${privProtocol}`,
    credentials: { version: "3", user: { ...user, privProtocol } },
  })),
  { why: "v3 in a context", credentials: { version: "3", user: { ...user, context: "vrf-1" } } },
] as { why: string; credentials: SnmpTarget["credentials"] }[])(
  "$why reads a value and walks",
  async ({ credentials }) => {
    const users = credentials.version === "3" ? [agentUser(credentials.user)] : [];
    const { port } = await device({ users });
    const asking = session(port, { credentials });
    const [found] = await asking.get([name], signal);
    expect(found?.value.kind === "octets" && textOf(found.value)).toBe("Zürich 1");
    const [walked] = await walkColumns(asking, ["1.3.6.1.2.1.2.2.1.5"], defaultWalkLimits, signal);
    expect(walked?.cells.get("1")).toEqual({ kind: "number", number: 2n ** 31n });
  },
);

test("counters keep all of their 64 bits, and 32-bit ones are never negative", async () => {
  const { port } = await device();
  const [hc, counter] = await walkColumns(session(port), [counters, "1.3.6.1.2.1.2.2.1.10"], defaultWalkLimits, signal);
  const numbers = (cells: typeof hc) => [...(cells?.cells.values() ?? [])].map((v) => v.kind === "number" && v.number);
  expect(numbers(hc)).toEqual([0n, 1n, 127n, 128n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n]);
  expect(numbers(counter)).toEqual([2n ** 32n - 1n]);
});

test("v3 discovers a device's engine once, not with every request", async () => {
  const { port, arrivals } = await device({ users: [agentUser(user)] });
  const asking = session(port, { credentials: { version: "3", user } });
  for (let i = 0; i < 3; i += 1) await asking.get([name], signal);
  expect(arrivals.map(({ pdu }) => pdu)).toEqual(["Discovery", "GetRequest", "GetRequest", "GetRequest"]);
});

test.for([
  {
    why: "a device with another community is a timeout",
    agent: { communities: ["secret"] },
    target: { timeoutMs: 150 },
    want: { kind: "timeout" },
  },
  { why: "a silent device is a timeout", agent: { dead: true }, target: { timeoutMs: 150 }, want: { kind: "timeout" } },
  {
    why: "an unknown v3 user is refused",
    agent: { users: [] },
    target: { credentials: { version: "3", user } },
    want: { kind: "authentication", message: expect.stringContaining("Unknown User Name") },
  },
  {
    why: "a wrong authentication key is refused",
    agent: { users: [agentUser({ ...user, authKey: "something else" })] },
    target: { credentials: { version: "3", user } },
    want: { kind: "authentication" },
  },
  {
    why: "a wrong privacy key is refused",
    agent: { users: [agentUser({ ...user, privKey: "something else" })] },
    target: { credentials: { version: "3", user } },
    want: { kind: "authentication" },
  },
  {
    why: "a security level that is too low is refused",
    agent: { refuse: () => snmp.ErrorStatus.AuthorizationError },
    target: {},
    want: { kind: "authentication" },
  },
  {
    why: "an error status is the device's refusal, and names the OID",
    agent: { refuse: () => snmp.ErrorStatus.GeneralError },
    target: {},
    want: { kind: "refused", oid: name },
  },
] as { why: string; agent: Partial<AgentOptions>; target: Partial<SnmpTarget>; want: object }[])(
  "$why",
  async ({ agent, target, want }) => {
    const { port } = await device(agent);
    await expect(session(port, target).get([name], signal)).rejects.toMatchObject(want);
  },
);

test("a port where nothing listens is a network failure at once, and not a timeout", async () => {
  const { port } = await device();
  await closing.pop()?.();
  const startedAtMs = performance.now();
  await expect(session(port, { timeoutMs: 20_000 }).get([name], signal)).rejects.toMatchObject({
    kind: "network",
    message: expect.stringContaining("ECONNREFUSED"),
  });
  expect(performance.now() - startedAtMs).toBeLessThan(5000);
});

test("a device that answers no SNMP is told from one that does not answer", async () => {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  closing.push(() => socket.close());
  socket.on("message", (_, peer) => socket.send("HTTP/1.1 400 Bad Request\r\n\r\n", peer.port, peer.address));
  await expect(session(socket.address().port, { timeoutMs: 500 }).get([name], signal)).rejects.toMatchObject({
    kind: "garbled",
  });
});

test("a lost request is sent again", async () => {
  let lost = 0;
  const dead = () => {
    lost += 1;
    return lost <= 1;
  };
  const { port, arrivals } = await device({ dead });
  await session(port, { timeoutMs: 400, retries: 5 }).get([name], signal);
  expect(arrivals.length).toBeGreaterThanOrEqual(2);
});

test("a cancelled request ends at once", async () => {
  const { port, arrivals } = await device({ dead: true });
  const stop = new AbortController();
  const asked = session(port, { timeoutMs: 20_000 }).get([name], stop.signal);
  await expect.poll(() => arrivals.length).toBe(1);
  stop.abort();
  await expect(asked).rejects.toMatchObject({ kind: "stopped" });
});

test("several requests at a time get their own answers", async () => {
  const { port } = await device({ delayMs: 20 });
  const asking = session(port);
  const oids = [1, 2, 3, 4, 5, 6, 7].map((index) => `${counters}.${index}`);
  const found = await Promise.all(oids.map((oid) => asking.get([oid], signal)));
  expect(found.map(([one]) => one?.oid)).toEqual(oids);
});
