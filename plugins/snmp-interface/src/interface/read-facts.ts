import { SnmpFailure } from "../snmp/failure.js";
import type { SnmpRequests } from "../snmp/session.js";
import { type WalkLimits, walkColumns } from "../snmp/walk-columns.js";
import { Cells } from "./cells.js";
import { detectVendor } from "./detect-vendor.js";
import { factColumns, type InterfaceFacts, interfaceFacts } from "./facts.js";
import { type Vendor, vendorRules } from "./vendor.js";

export interface FactsRead {
  readonly facts: ReadonlyMap<string, InterfaceFacts>;
  /** What could not be read, in sentences. */
  readonly partial: readonly string[];
}

/** Asks a device what its interfaces are. Fails as SnmpFailure; of kind `refused` where it has none. */
export async function readFacts(
  requests: SnmpRequests,
  resource: { readonly type: string; readonly metadata: Readonly<Record<string, string>> },
  options: { readonly vendor: "auto" | Vendor; readonly limits: WalkLimits },
  signal: AbortSignal,
): Promise<FactsRead> {
  const { limits } = options;
  const cells = new Cells([
    ...(await walkColumns(requests, factColumns.ifTable, limits, signal)),
    ...(await walkColumns(requests, factColumns.ifXTable, limits, signal)),
  ]);
  const vendor = await detectVendor(requests, options.vendor, resource, signal);
  const facts = interfaceFacts(cells, vendorRules[vendor], resource.metadata["model"] ?? "");
  const partial = cells.failures().map(({ column, failure }) => `${column}: ${failure.message}`);
  if (facts.size === 0)
    throw new SnmpFailure("refused", partial[0] ?? "the device answers, and has no interfaces in ifTable or ifXTable");
  return { facts, partial };
}
