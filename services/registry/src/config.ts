import { hostname } from "node:os";
import { defaultResourceTtlS } from "@ocelli/model";
import { defaultExtensions } from "@ocelli/plugin-file";
import { list, type SharedSettings, sharedSections, wholeNumber } from "@ocelli/runtime";
import { z } from "zod";

const extension = z.string().regex(/^\.[\w-]+$/, 'must be like ".ocelli-plugin"');

/** The settings of a registry: an INI file and `OCELLI_<SECTION>__<KEY>`. */
export const RegistryConfig = z.strictObject({
  registry: z
    .strictObject({
      /** Unique among the registries of a mesh. */
      id: z.string().min(1).default(hostname()),
      /** Comma-separated. Those of the registry that leads count: give all registries the same files. */
      plugin_directories: list.default([]),
      /** Comma-separated, with their dots. */
      plugin_extensions: list.pipe(z.array(extension).min(1)).default([...defaultExtensions]),
      /** How often the directories are read although no change was noticed. */
      scan_interval_seconds: wholeNumber(1, 3_600).default(10),
      /** Share of its resources that one discovery may remove without confirmation, where its plugin file says none. */
      removal_percent: wholeNumber(1, 100).default(30),
      /** So many may always be removed, whatever the share. */
      removal_floor: wholeNumber(0, 1_000_000).default(5),
      /** For resources that say no ttl of their own. */
      resource_ttl_seconds: wholeNumber(1, 10 * 365 * 24 * 3_600).default(defaultResourceTtlS),
      /** What stand-alone modules must bring along to register; empty: nothing. */
      join_token: z.string().default(""),
    })
    .prefault({}),
  ...sharedSections,
});

export type RegistrySettings = z.output<typeof RegistryConfig> & SharedSettings;
