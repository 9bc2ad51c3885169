import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { eventually, putFile, putPlugin } from "@ocelli/test-kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type HttpDevice, mostAtOnce, shortestGapMs, startHttpDevice } from "./world/http-device.js";
import { type MeshProcess, startMesh } from "./world/mesh-process.js";
import { root } from "./world/paths.js";
import { temporaryDirectory } from "./world/temporary-directory.js";

/** Four plugins against three resources of each of three devices. What counts is the devices' own log. */
const pollers = ["first", "second", "third", "fourth"];
const frequencyS = 6;
const rounds = 4;
const gapMs = 250;
/** What the device's clock and the broker's may differ by in measuring one span. */
const clockMs = 5;

let narrow: HttpDevice;
let slow: HttpDevice;
let wide: HttpDevice;
let mesh: MeshProcess;

beforeAll(async () => {
  narrow = await startHttpDevice(700);
  slow = await startHttpDevice(60);
  wide = await startHttpDevice(700);
  const data = await temporaryDirectory();
  const plugins = join(data, "my-plugins");
  await mkdir(plugins, { recursive: true });
  const list = join(data, "resources.json");
  const of = (name: string, { endpoint }: HttpDevice, metadata: Record<string, string>) =>
    [1, 2, 3].map((n) => ({ id: `${name}-${n}`, class: "test", endpoint, metadata: n === 2 ? metadata : {} }));
  const resources = [
    ...of("narrow", narrow, { device_max_in_flight: "2" }),
    ...of("slow", slow, { device_min_gap_ms: String(gapMs), device_max_in_flight: "three" }),
    ...of("wide", wide, {}),
  ];
  await putFile(list, JSON.stringify(resources));
  await putPlugin(plugins, {
    name: "list-discovery",
    module: root("plugins/file-discovery"),
    frequencyS: 60,
    rest: `[source]\npath = ${list}`,
  });
  for (const name of pollers) {
    await putPlugin(plugins, {
      name,
      module: root("plugins/http"),
      frequencyS,
      filter: 'resource_class = "test"',
      rest: `[headers]\nx-poller = ${name}`,
    });
  }
  await putPlugin(plugins, {
    name: "results-file",
    module: root("plugins/jsonl"),
    frequencyS: 60,
    rest: `[jsonl]\npath = ${join(data, "results", "results.jsonl")}`,
  });
  // For the mesh there is no budget to speak of; what the devices say is stricter.
  const env = { OCELLI_DEVICE__MAX_IN_FLIGHT: "100" };
  mesh = await startMesh({ data, args: ["--plugins", plugins], env });
  await mesh.up();
  await everyPairRan(rounds / 2);
  // What the one that leads knew of runs and tasks is known by the next one as well.
  const [scheduler] = await mesh.processes("services/scheduler/dist/main.js");
  process.kill(scheduler?.pid ?? 0, "SIGKILL");
  await everyPairRan(rounds);
}, 180_000);
afterAll(async () => {
  await mesh?.stop();
  for (const device of [narrow, slow, wide]) device?.stop();
});

/** So many results of each plugin with each resource. */
async function everyPairRan(times: number): Promise<void> {
  await eventually(async () => {
    const stored = await mesh.results();
    for (const plugin of pollers) {
      for (const device of ["narrow", "slow", "wide"]) {
        for (const n of [1, 2, 3]) {
          const mine = stored.filter((one) => one.plugin === plugin && one.resource?.id === `${device}-${n}`);
          expect(mine.length, `${plugin} on ${device}-${n}`).toBeGreaterThanOrEqual(times);
        }
      }
    }
  }, 90_000);
}

test("a device that stands two never saw more than two at once, of four plugins and three resources", () => {
  expect(new Set(narrow.visits.map(({ poller }) => poller))).toEqual(new Set(pollers));
  expect(narrow.visits.length).toBeGreaterThanOrEqual(12 * rounds);
  expect(mostAtOnce(narrow.visits)).toBe(2);
});

test("a device that wants a gap between starts always had it", () => {
  expect(slow.visits.length).toBeGreaterThanOrEqual(12 * rounds);
  expect(shortestGapMs(slow.visits)).toBeGreaterThanOrEqual(gapMs - clockMs);
});

test("control: the same load on a device that takes a hundred comes closer and in greater numbers", () => {
  expect(mostAtOnce(wide.visits)).toBeGreaterThan(2);
  expect(shortestGapMs(wide.visits)).toBeLessThan(gapMs - clockMs);
});

test("a value that is no number is ignored with an event that names resource and value", () => {
  expect(mesh.stdout).toMatch(/device\.setting_ignored .*device_max_in_flight of slow-2 is "three"/);
});
