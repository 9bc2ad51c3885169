import { PollFault } from "@ocelli/plugin-sdk";
import { type SnmpSettings, securityLevel } from "./settings.js";
import { parseEndpoint, parsePort } from "./snmp/endpoint.js";
import type { SnmpTarget } from "./snmp/target.js";

interface Addressed {
  readonly endpoint: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** How to ask a resource. Its metadata `snmp_port` and `snmp_version` win over its endpoint's port and the settings;
 *  secrets come from the settings alone. Throws a PollFault that says what is wrong with the resource. */
export function targetOf(snmp: SnmpSettings, { endpoint, metadata }: Addressed): SnmpTarget {
  const where = parseEndpoint(endpoint);
  if ("problem" in where) throw unusable(where.problem);
  const named = metadata["snmp_port"];
  const port = named ? parsePort(named) : (where.port ?? snmp.port);
  if (port === undefined) throw unusable(`metadata snmp_port "${named}" is not a port from 1 to 65535`);
  return {
    host: where.host,
    port,
    credentials: credentialsOf(snmp, metadata["snmp_version"] || snmp.version),
    timeoutMs: Math.round((snmp.timeout ?? snmp.timeout_seconds) * 1000),
    retries: snmp.retries,
    anySource: snmp.any_source,
  };
}

function credentialsOf(snmp: SnmpSettings, version: string): SnmpTarget["credentials"] {
  switch (version) {
    case "1":
    case "2c": {
      if (!snmp.community) throw unusable(`SNMP version ${version} needs [snmp] community`, "authentication");
      return { version, community: snmp.community.reveal() };
    }
    case "3": {
      if (!snmp.user) throw unusable("SNMP version 3 needs [snmp] user", "authentication");
      return {
        version,
        user: {
          name: snmp.user,
          level: securityLevel(snmp),
          authProtocol: snmp.auth_protocol,
          authKey: snmp.auth_key?.reveal() ?? "",
          privProtocol: snmp.priv_protocol,
          privKey: snmp.priv_key?.reveal() ?? "",
          context: snmp.context,
        },
      };
    }
    default:
      throw unusable(`metadata snmp_version "${version}" is none of 1, 2c and 3`);
  }
}

function unusable(message: string, status: "network" | "authentication" = "network"): PollFault {
  return new PollFault(status, message, { retry: "never" });
}
