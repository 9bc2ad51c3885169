import { z } from "zod";

export const HostSettings = z.strictObject({
  host: z
    .strictObject({
      site: z.string().default("").describe("Discovery: where this machine stands"),
      per_core: z.boolean().default(true).describe("Whether each core gets a group of its own"),
      network_filesystems: z.boolean().default(false).describe("Whether to ask NFS and the like, which may hang"),
      exclude_mounts: z.array(z.string().min(1)).default([]).describe("Mounts to leave out; * matches anything"),
      exclude_interfaces: z
        .array(z.string().min(1))
        .default([])
        .describe("Interfaces to leave out; * matches anything"),
      exclude_disks: z
        .array(z.string().min(1))
        .default(["loop*", "ram*"])
        .describe("Disks to leave out; * matches anything"),
    })
    .prefault({}),
});

export type HostSettings = z.infer<typeof HostSettings>;

/** Whether a name is one of those with `*` for anything. */
export function isExcluded(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const source = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
    return new RegExp(`^${source}$`, "s").test(name);
  });
}
