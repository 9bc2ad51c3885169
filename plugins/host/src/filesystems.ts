import { readFile, statfs } from "node:fs/promises";
import { type Group, gauge } from "@ocelli/plugin-sdk";
import { type HostSettings, isExcluded } from "./settings.js";

export interface Mount {
  readonly device: string;
  readonly path: string;
  readonly type: string;
}

/** Filesystems that hold no data of their own, or never change. */
const pseudo = new Set(
  "autofs binfmt_misc bpf cgroup cgroup2 configfs debugfs devpts devtmpfs efivarfs erofs fusectl hugetlbfs iso9660 mqueue nsfs proc pstore ramfs rpc_pipefs securityfs selinuxfs squashfs sysfs tmpfs tracefs".split(
    " ",
  ),
);
const network = /^(nfs\d?|cifs|smb\d?|smbfs|ceph|glusterfs|9p|afs|davfs|fuse\.(sshfs|glusterfs|ceph|rclone|s3fs))$/;
/** A filesystem that hangs is given up on after this, in ms. */
const patienceMs = 2000;

/** Size and use of every mounted filesystem, in bytes, and a sentence for each that does not answer. */
export async function filesystemGroups(
  settings: HostSettings["host"],
): Promise<{ readonly groups: Group[]; readonly failures: readonly string[] }> {
  if (process.platform !== "linux") return { groups: await portableFilesystems(settings), failures: [] };
  const mounts = chooseMounts(parseMounts(await readFile("/proc/self/mounts", "utf8")), settings);
  const outcomes = await Promise.allSettled(mounts.map(async (mount) => await groupOf(mount)));
  const groups: Group[] = [];
  const failures: string[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.status === "rejected") failures.push(`${mounts[index]?.path}: ${String(outcome.reason)}`);
    else if (outcome.value) groups.push(outcome.value);
  }
  return { groups, failures };
}

/** Lines of /proc/self/mounts, where blanks in names are octal escapes. */
export function parseMounts(text: string): Mount[] {
  const plain = (word = ""): string =>
    word.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(" "))
    .map(([device, path, type]) => ({ device: plain(device), path: plain(path), type: plain(type) }));
}

/** Mounts that hold data: each device once, where it is mounted nearest to the root; the last mount on a path counts. */
export function chooseMounts(mounts: readonly Mount[], settings: HostSettings["host"]): Mount[] {
  const byPath = new Map(mounts.map((mount) => [mount.path, mount]));
  const byDevice = new Map<string, Mount>();
  for (const mount of byPath.values()) {
    if (pseudo.has(mount.type) || isExcluded(mount.path, settings.exclude_mounts)) continue;
    if (mount.type === "overlay" && mount.path !== "/") continue;
    if (network.test(mount.type) && !settings.network_filesystems) continue;
    const key = mount.device.startsWith("/") || network.test(mount.type) ? mount.device : mount.path;
    const known = byDevice.get(key);
    if (!known || mount.path.length < known.path.length) byDevice.set(key, mount);
  }
  return [...byDevice.values()];
}

async function groupOf({ device, path, type }: Mount): Promise<Group | undefined> {
  const { bsize, blocks, bfree, bavail, files, ffree } = await answerWithin(statfs(path));
  if (blocks === 0) return undefined;
  const inodes = files > 0 ? { inodes_total: gauge(files), inodes_used: gauge(files - ffree) } : {};
  return {
    name: "disk",
    dimensions: { mount: path, device, filesystem: type },
    metrics: { ...sizes(blocks * bsize, (blocks - bfree) * bsize, bavail * bsize), ...inodes },
  };
}

async function answerWithin<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${patienceMs / 1000} s`)), patienceMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

export async function portableFilesystems(settings: HostSettings["host"]): Promise<Group[]> {
  const { fsSize } = await import("systeminformation");
  const found = await fsSize();
  return found
    .filter(({ mount, size }) => size > 0 && !isExcluded(mount, settings.exclude_mounts))
    .map(({ mount, fs, type, size, used, available }) => ({
      name: "disk",
      dimensions: { mount, device: fs, filesystem: type },
      metrics: sizes(size, used, available),
    }));
}

/** Used and available together are less than the size where some is kept for the superuser. */
function sizes(size: number, used: number, available: number): Group["metrics"] {
  const percent = used + available > 0 ? { used_percent: gauge((100 * used) / (used + available)) } : {};
  return { size_bytes: gauge(size), used_bytes: gauge(used), available_bytes: gauge(available), ...percent };
}
