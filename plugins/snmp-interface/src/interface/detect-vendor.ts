import { SnmpFailure } from "../snmp/failure.js";
import type { SnmpRequests } from "../snmp/session.js";
import { textOf } from "../snmp/value.js";
import { sysDescr, sysObjectId } from "./if-mib.js";
import { type Vendor, vendorInText, vendorOfObjectId, vendorOfResource } from "./vendor.js";

/** The vendor as settings say, else the resource, else the device itself. */
export async function detectVendor(
  requests: SnmpRequests,
  setting: "auto" | Vendor,
  resource: { readonly type: string; readonly metadata: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<Vendor> {
  if (setting !== "auto") return setting;
  const told = vendorOfResource(resource);
  if (told) return told;
  const [objectId, descr] = await systemTexts(requests, signal);
  return vendorOfObjectId(objectId) ?? vendorInText(descr) ?? "generic";
}

/** sysObjectID and sysDescr; empty where the device does not say them. */
async function systemTexts(requests: SnmpRequests, signal: AbortSignal): Promise<[string, string]> {
  try {
    const values = (await requests.get([sysObjectId, sysDescr], signal)).map(({ value }) =>
      value.kind === "end" ? undefined : textOf(value),
    );
    return [values[0] ?? "", values[1] ?? ""];
  } catch (error) {
    if (error instanceof SnmpFailure && ["no_such_name", "refused"].includes(error.kind)) return ["", ""];
    throw error;
  }
}
