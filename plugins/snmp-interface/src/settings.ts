import { type Diagnostic, secret } from "@ocelli/plugin-sdk";
import { z } from "zod";
import { vendors } from "./interface/vendor.js";
import { authProtocols, privProtocols, securityLevels } from "./snmp/target.js";

const snmpSection = z.strictObject({
  version: z.enum(["1", "2c", "3"]).default("2c").describe("SNMP version"),
  community: secret().optional().describe("What versions 1 and 2c need"),
  port: z.int().min(1).max(65_535).default(161).describe("UDP port, where the resource names none"),
  timeout_seconds: z.number().min(0.05).max(120).default(5).describe("How long to wait for each answer"),
  timeout: z.number().min(0.05).max(120).optional().describe("Panoptes' name of timeout_seconds"),
  retries: z.int().min(0).max(10).default(1).describe("How often a request is sent again"),
  max_repetitions: z.int().min(1).max(255).default(25).describe("At most this many rows in one GETBULK"),
  reply_bytes: z.int().min(484).max(65_000).default(1400).describe("What an answer should stay below"),
  any_source: z
    .boolean()
    .default(false)
    .describe("Take answers from other addresses than was asked; refused ports then look like timeouts"),
  user: z.string().min(1).optional().describe("Version 3: the user"),
  level: z.enum(securityLevels).optional().describe("Version 3; follows from the keys that are given"),
  auth_protocol: z.enum(authProtocols).default("sha").describe("Version 3"),
  auth_key: secret().optional().describe("Version 3: the authentication password"),
  priv_protocol: z.enum(privProtocols).default("aes").describe("Version 3; aes is AES-128"),
  priv_key: secret().optional().describe("Version 3: the privacy password"),
  context: z.string().default("").describe("Version 3: the context name"),
});

export type SnmpSettings = z.output<typeof snmpSection>;

export const settings = z.strictObject({
  snmp: snmpSection.prefault({}),
  interface: z
    .strictObject({
      vendor: z
        .enum(["auto", ...vendors])
        .default("auto")
        .describe("Whose rules for interface names hold; auto: the resource's type and metadata, else sysObjectID"),
    })
    .prefault({}),
  dimension: z
    .strictObject({
      include_interface_index: z
        .boolean()
        .default(false)
        .describe("Adds the dimension interface_index, which may change when a device restarts"),
    })
    .prefault({}),
  main: z
    .strictObject({
      enrichment_ttl: z.int().min(1).max(31_536_000).optional().describe("Seconds that the facts hold"),
    })
    .prefault({}),
});

export type Settings = z.output<typeof settings>;

/** What the schema cannot say: which settings a version needs. */
export function validateSettings({ snmp }: Settings): Diagnostic[] {
  const problems: Diagnostic[] = [];
  const missing = (key: string, summary: string, detail: string): void => {
    problems.push({ path: `/snmp/${key}`, summary, detail });
  };
  if (snmp.version !== "3") {
    if (!snmp.community)
      missing("community", `version ${snmp.version} needs a community`, `write community = \${env:SNMP_COMMUNITY}`);
    return problems;
  }
  if (!snmp.user) missing("user", "version 3 needs a user", "write user = the name that the device knows");
  const level = securityLevel(snmp);
  if (level !== "noAuthNoPriv" && !snmp.auth_key)
    missing("auth_key", `level ${level} needs auth_key`, `write auth_key = \${env:SNMP_AUTH_KEY}`);
  if (level === "authPriv" && !snmp.priv_key)
    missing("priv_key", `level ${level} needs priv_key`, `write priv_key = \${env:SNMP_PRIV_KEY}`);
  return problems;
}

/** The level as set, or the one that the given keys make possible. */
export function securityLevel(snmp: SnmpSettings): (typeof securityLevels)[number] {
  if (snmp.level) return snmp.level;
  if (snmp.priv_key) return "authPriv";
  return snmp.auth_key ? "authNoPriv" : "noAuthNoPriv";
}
