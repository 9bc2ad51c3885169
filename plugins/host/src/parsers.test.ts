import { expect, test } from "vitest";
import { parseDiskstats } from "./disk-io.js";
import { chooseMounts, parseMounts, portableFilesystems } from "./filesystems.js";
import { parseMeminfo, portableMemory } from "./memory.js";
import { parseNetDev, portableNetwork } from "./network.js";
import { HostSettings, isExcluded } from "./settings.js";
import { portableCount } from "./system.js";
import { isThisMachine } from "./this-machine.js";

const { host: settings } = HostSettings.parse({});
const values = (metrics: Record<string, { value: number | bigint }>): Record<string, number | bigint> =>
  Object.fromEntries(Object.entries(metrics).map(([name, { value }]) => [name, value]));

test("memory in bytes; an old kernel's available is what is free or can be dropped", () => {
  const text =
    "MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    600 kB\nBuffers: 50 kB\nCached: 250 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n";
  expect(parseMeminfo(text)).toEqual({ total: 1_024_000, available: 614_400, swapTotal: 0, swapFree: 0 });
  expect(parseMeminfo(text.replace(/MemAvailable.*\n/, "")).available).toBe(400 * 1024);
  expect(() => parseMeminfo("")).toThrow("/proc/meminfo");
});

test("network counters in order, also where the name touches the number, with 64-bit counts exact", () => {
  const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:    3193      29    0    0    0     0          0         0     3193      29    0    0    0     0       0          0
eth0.5:18446744073709551615 2 3 4 0 0 0 8 9 10 11 12 0 0 0 0
`;
  const [lo, vlan] = parseNetDev(text, []);
  expect(lo?.dimensions).toEqual({ interface: "lo" });
  expect(vlan?.dimensions).toEqual({ interface: "eth0.5" });
  expect(values(vlan?.metrics ?? {})).toEqual({
    bytes_in: 18_446_744_073_709_551_615n,
    packets_in: 2n,
    errors_in: 3n,
    drops_in: 4n,
    multicast_in: 8n,
    bytes_out: 9n,
    packets_out: 10n,
    errors_out: 11n,
    drops_out: 12n,
  });
  expect(parseNetDev(text, ["eth*"])).toHaveLength(1);
});

test("whole disks that did something, in bytes and milliseconds", () => {
  const text = `   7       0 loop0 5 0 8 1 0 0 0 0 0 0 0
 254       0 vda 100 1 2000 30 40 5 600 70 0 80 90 0 0 0 0
 254       1 vda1 90 1 1900 30 40 5 600 70 0 80 90
   8       0 sda 0 0 0 0 0 0 0 0 0 0 0
`;
  const groups = parseDiskstats(text, new Set(["loop0", "vda", "sda"]), settings.exclude_disks);
  expect(groups.map(({ dimensions }) => dimensions?.["device"])).toEqual(["vda"]);
  expect(values(groups[0]?.metrics ?? {})).toEqual({
    reads: 100n,
    read_bytes: 1_024_000n,
    read_ms: 30n,
    writes: 40n,
    written_bytes: 307_200n,
    write_ms: 70n,
    io_ms: 80n,
  });
});

const mounts = `/dev/sda1 / ext4 rw 0 0
proc /proc proc rw 0 0
tmpfs /run tmpfs rw 0 0
/dev/sda1 /var/lib/docker/volumes/x ext4 rw 0 0
overlay /var/lib/docker/overlay2/abc/merged overlay rw 0 0
/dev/sdb1 /mnt/my\\040disk xfs rw 0 0
nas:/export /net/nas nfs4 rw 0 0
tank/home /home zfs rw 0 0
tank/srv /srv zfs rw 0 0
/dev/loop3 /snap/core/1 squashfs ro 0 0
`;

test("mounts that hold data, each device once; what may hang only where it is asked for", () => {
  const paths = (change: Partial<typeof settings>): string[] =>
    chooseMounts(parseMounts(mounts), { ...settings, ...change }).map(({ path }) => path);
  expect(paths({})).toEqual(["/", "/mnt/my disk", "/home", "/srv"]);
  expect(paths({ network_filesystems: true })).toContain("/net/nas");
  expect(paths({ exclude_mounts: ["/mnt/*", "/srv"] })).toEqual(["/", "/home"]);
});

test("in a container the root is the overlay", () => {
  expect(chooseMounts(parseMounts("overlay / overlay rw 0 0\n"), settings)).toHaveLength(1);
});

test.for([
  { name: "veth12ab", patterns: ["veth*"], want: true },
  { name: "eth0", patterns: ["veth*"], want: false },
  { name: "a.b", patterns: ["a?b", "a.b"], want: true },
  { name: "axb", patterns: ["a.b"], want: false },
])("$name among $patterns: $want", ({ name, patterns, want }) => expect(isExcluded(name, patterns)).toBe(want));

test.for([
  { why: "its id is the host's name", resource: { id: "Web1", endpoint: "10.0.0.1" }, want: true },
  { why: "its endpoint is", resource: { id: "x", endpoint: "web1" }, want: true },
  {
    why: "its endpoint is loopback, which is meant wherever it is asked",
    resource: { id: "laptop", endpoint: "localhost" },
    want: true,
  },
  { why: "it is another machine", resource: { id: "web2", endpoint: "web2" }, want: false },
])("a resource is this machine or not: $why", ({ resource, want }) => {
  expect(isThisMachine(resource, "web1")).toBe(want);
});

test("what systems other than Linux would be asked makes sense where it can be asked here", {
  timeout: 20_000,
}, async () => {
  const memory = await portableMemory();
  expect(memory.available).toBeGreaterThan(0);
  expect(memory.available).toBeLessThanOrEqual(memory.total);
  const interfaces = await portableNetwork([]);
  expect(interfaces.length).toBeGreaterThan(0);
  for (const { metrics } of interfaces) expect(Number(metrics["bytes_in"]?.value)).toBeGreaterThanOrEqual(0);
  for (const { metrics } of await portableFilesystems(settings))
    expect(Number(metrics["size_bytes"]?.value)).toBeGreaterThan(0);
  expect(await portableCount()).toBeGreaterThan(0);
});
