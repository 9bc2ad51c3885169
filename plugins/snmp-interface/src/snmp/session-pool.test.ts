import { mibTree, startSnmpAgent } from "@ocelli/demo";
import { expect, test } from "vitest";
import { SessionPool } from "./session-pool.js";
import type { SnmpTarget } from "./target.js";

const target = (port: number, host = "127.0.0.1"): SnmpTarget => ({
  host,
  port,
  credentials: { version: "2c", community: "public" },
  timeoutMs: 500,
  retries: 0,
  anySource: false,
});
const limits = { idleSessions: 2, idleMs: 60_000, maxAgeMs: 60_000 };

test("a device's session is used again, and shared by those who ask at one time", async () => {
  const pool = new SessionPool(limits);
  const first = await pool.lease(target(1));
  const second = await pool.lease(target(1));
  expect(second.session).toBe(first.session);
  first[Symbol.dispose]();
  second[Symbol.dispose]();
  using third = await pool.lease(target(1));
  expect(third.session).toBe(first.session);
  pool.close();
});

test("other credentials are another session", async () => {
  const pool = new SessionPool(limits);
  using first = await pool.lease(target(1));
  using other = await pool.lease({ ...target(1), credentials: { version: "2c", community: "other" } });
  expect(other.session).not.toBe(first.session);
  pool.close();
});

test("a session that failed is given to nobody again", async () => {
  const pool = new SessionPool(limits);
  const failed = await pool.lease(target(1));
  failed.retire();
  using next = await pool.lease(target(1));
  failed[Symbol.dispose]();
  expect(next.session).not.toBe(failed.session);
  pool.close();
});

test("beyond the limit the sockets that were idle longest are closed, never one in use", async () => {
  const pool = new SessionPool(limits);
  const busy = await pool.lease(target(1));
  for (const port of [2, 3, 4, 5]) (await pool.lease(target(port)))[Symbol.dispose]();
  expect(pool.size).toBe(3);
  using again = await pool.lease(target(1));
  expect(again.session).toBe(busy.session);
  pool.close();
  expect(pool.size).toBe(0);
});

test("an idle session does not outlive its time", async () => {
  const pool = new SessionPool({ ...limits, idleMs: 20 });
  (await pool.lease(target(1)))[Symbol.dispose]();
  await expect.poll(() => pool.size).toBe(0);
});

test("an old session is made anew", async () => {
  const pool = new SessionPool({ ...limits, maxAgeMs: 0 });
  const first = await pool.lease(target(1));
  first[Symbol.dispose]();
  using second = await pool.lease(target(1));
  expect(second.session).not.toBe(first.session);
  pool.close();
});

test("a name is looked up, and an unknown one is a network failure", async () => {
  const agent = await startSnmpAgent({ port: 0, tree: () => mibTree([]), communities: ["public"] });
  const pool = new SessionPool(limits);
  try {
    using lease = await pool.lease(target(agent.port, "localhost"));
    expect(lease.session.bulk).toBe(true);
    await expect(pool.lease(target(1, "no-such-host.invalid"))).rejects.toMatchObject({ kind: "network" });
  } finally {
    pool.close();
    await agent.close();
  }
});
