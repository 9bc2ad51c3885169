import { expect, test } from "vitest";
import { demoMib } from "./demo-mib.js";
import { demoNetwork } from "./demo-network.js";
import { counterStepMs, knownCounters, stepOfInOctets } from "./known-counters.js";

const names = Object.keys(knownCounters(0, 1, 0)) as (keyof ReturnType<typeof knownCounters>)[];

test.for(names)("%s never goes back, and stands still within a step", (name) => {
  let last = 0n;
  for (let step = 0; step < 200; step += 1) {
    const now = knownCounters(2, 3, step * counterStepMs)[name];
    expect(now).toBeGreaterThanOrEqual(last);
    expect(knownCounters(2, 3, (step + 1) * counterStepMs - 1)[name]).toBe(now);
    last = now;
  }
});

test("a stored value tells its instant, and no other value does", () => {
  const { inOctets } = knownCounters(1, 1, 4711 * counterStepMs);
  expect(stepOfInOctets(1, 1, inOctets)).toBe(4711);
  expect(stepOfInOctets(1, 1, inOctets + 1n)).toBeUndefined();
  expect(stepOfInOctets(1, 1, 0n)).toBeUndefined();
});

test("devices and interfaces count differently", () => {
  const all = demoNetwork(6).flatMap(({ number, interfaces }) =>
    interfaces.map(({ index }) => knownCounters(number, index, 60_000).inOctets),
  );
  expect(new Set(all).size).toBe(all.length);
});

test("the network is plausible: vendors in turn, 4 to 8 interfaces each, one slow, the last ones dead", () => {
  const devices = demoNetwork(7, 2);
  expect(devices.map(({ type }) => type)).toEqual([
    "cisco",
    "juniper",
    "arista",
    "cisco",
    "juniper",
    "arista",
    "cisco",
  ]);
  for (const { interfaces } of devices) {
    expect(interfaces.length).toBeGreaterThanOrEqual(4);
    expect(interfaces.length).toBeLessThanOrEqual(8);
    expect(new Set(interfaces.map(({ index }) => index)).size).toBe(interfaces.length);
  }
  expect(devices.filter(({ delayMs }) => delayMs > 0).map(({ dead }) => dead)).toEqual([false]);
  expect(devices.map(({ dead }) => dead)).toEqual([false, false, false, false, false, true, true]);
});

test("a device's tables say what is known of it", () => {
  const [device] = demoNetwork(1);
  if (!device) throw new Error("no device");
  const tree = demoMib(device, 90_000);
  const known = knownCounters(device.number, 1, 90_000);
  expect(tree.get("1.3.6.1.2.1.31.1.1.1.6.1")).toEqual({ type: "counter64", value: known.inOctets });
  expect(tree.get("1.3.6.1.2.1.2.2.1.10.1")).toEqual({
    type: "counter32",
    value: Number(known.inOctets % 2n ** 32n),
  });
  expect(tree.next("1.3.6.1.2.1.31.1.1.1.6.1")?.oid).toBe("1.3.6.1.2.1.31.1.1.1.6.2");
});
