import { readFile } from "node:fs/promises";
import { counter, type Group } from "@ocelli/plugin-sdk";
import { type HostSettings, isExcluded } from "./settings.js";

/** What every interface received and sent since it came up. */
export async function networkGroups(settings: HostSettings["host"]): Promise<Group[]> {
  if (process.platform !== "linux") return await portableNetwork(settings.exclude_interfaces);
  return parseNetDev(await readFile("/proc/net/dev", "utf8"), settings.exclude_interfaces);
}

/** /proc/net/dev: eight numbers of what came in, eight of what went out. */
export function parseNetDev(text: string, excluded: readonly string[]): Group[] {
  const groups: Group[] = [];
  for (const [, name = "", rest = ""] of text.matchAll(/^\s*(\S+?):\s*(\d[\d\s]*)$/gm)) {
    if (isExcluded(name, excluded)) continue;
    const numbers = rest.trim().split(/\s+/).map(BigInt);
    const [bytesIn, packetsIn, errorsIn, dropsIn, , , , multicastIn, bytesOut, packetsOut, errorsOut, dropsOut] =
      numbers;
    groups.push({
      name: "network",
      dimensions: { interface: name },
      metrics: {
        bytes_in: counter(bytesIn ?? 0n),
        packets_in: counter(packetsIn ?? 0n),
        errors_in: counter(errorsIn ?? 0n),
        drops_in: counter(dropsIn ?? 0n),
        multicast_in: counter(multicastIn ?? 0n),
        bytes_out: counter(bytesOut ?? 0n),
        packets_out: counter(packetsOut ?? 0n),
        errors_out: counter(errorsOut ?? 0n),
        drops_out: counter(dropsOut ?? 0n),
      },
    });
  }
  return groups;
}

/** Elsewhere packets are not counted. */
export async function portableNetwork(excluded: readonly string[]): Promise<Group[]> {
  const { networkStats } = await import("systeminformation");
  const found = await networkStats("*");
  return found
    .filter(({ iface }) => !isExcluded(iface, excluded))
    .map((one) => ({
      name: "network",
      dimensions: { interface: one.iface },
      metrics: {
        bytes_in: counter(one.rx_bytes),
        errors_in: counter(one.rx_errors),
        drops_in: counter(one.rx_dropped),
        bytes_out: counter(one.tx_bytes),
        errors_out: counter(one.tx_errors),
        drops_out: counter(one.tx_dropped),
      },
    }));
}
