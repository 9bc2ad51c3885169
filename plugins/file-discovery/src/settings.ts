import { secret } from "@ocelli/plugin-sdk";
import { z } from "zod";
import type { Defaults } from "./entry.js";
import { defaultLabelMap, type LabelMap } from "./parse-targets.js";

/** Names of labels, the first of which that is there and not empty counts. */
const labels = z.array(z.string().min(1)).min(1).optional();

export const FileDiscoverySettings = z.strictObject({
  source: z
    .strictObject({
      path: z.array(z.string().min(1)).min(1).optional().describe("Files; * and ? match within a name"),
      url: z
        .url({ protocol: /^https?$/ })
        .optional()
        .describe("Address of an http_sd list or a JSON list of resources"),
      format: z.enum(["auto", "json", "csv", "file_sd", "http_sd"]).default("auto"),
      timeout_s: z.number().min(0.1).max(300).default(10).describe("How long the address may take, in seconds"),
      max_bytes: z
        .int()
        .min(1024)
        .max(1_073_741_824)
        .default(67_108_864)
        .describe("Largest text that is read, in bytes"),
      bearer_token: secret().optional().describe("Sent as Authorization: Bearer …"),
      authorization: secret().optional().describe("The whole Authorization header, such as Token …"),
      tls_verify: z.boolean().default(true),
      ca_file: z.string().min(1).optional().describe("PEM file of the authorities to trust instead of the usual ones"),
    })
    .refine((source) => source.path !== undefined || source.url !== undefined, { error: "path or url is needed" })
    .refine((source) => source.bearer_token === undefined || source.authorization === undefined, {
      error: "bearer_token and authorization exclude each other",
    }),
  map: z
    .strictObject({ id: labels, site: labels, class: labels, subclass: labels, type: labels, endpoint: labels })
    .prefault({}),
  defaults: z
    .strictObject({
      site: z.string().optional(),
      class: z.string().optional(),
      subclass: z.string().optional(),
      type: z.string().optional(),
      ttl_s: z.int().min(0).max(4_294_967_295).optional(),
    })
    .prefault({}),
  ocelli: z.strictObject({ directory: z.string().optional() }).optional(),
});

export type FileDiscoverySettings = z.infer<typeof FileDiscoverySettings>;

/** The label map of the settings, over the usual one. */
export function labelMapOf(map: FileDiscoverySettings["map"]): LabelMap {
  const named = Object.entries(map).filter(([, labels]) => labels !== undefined);
  return { ...defaultLabelMap, ...(Object.fromEntries(named) as Partial<LabelMap>) };
}

/** What the settings give to entries that say nothing. */
export function defaultsOf({ ttl_s, ...texts }: FileDiscoverySettings["defaults"]): Defaults {
  const given = Object.entries(texts).filter(([, text]) => text !== undefined);
  return { ...(Object.fromEntries(given) as Defaults), ...(ttl_s === undefined ? {} : { ttlS: ttl_s }) };
}
