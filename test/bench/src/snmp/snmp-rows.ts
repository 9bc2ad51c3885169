import type { Row, RowContext, RowMaker } from "../row.js";
import { type Devices, startDevices } from "./devices.js";
import { meshRow } from "./mesh-row.js";
import { bulkWalkRow } from "./walk-row.js";

/** Interfaces of simulated devices: what Ocelli makes of them, and what snmpbulkwalk does. */
export const snmpRows: readonly RowMaker[] = [
  { name: "snmp", make: (context) => withDevices(context, meshRow) },
  { name: "snmpbulkwalk", make: (context) => withDevices(context, bulkWalkRow) },
];

async function withDevices(
  context: RowContext,
  rowOf: (devices: Devices, context: RowContext) => Promise<Row>,
): Promise<readonly Row[]> {
  const devices = await startDevices(context);
  try {
    return [await rowOf(devices, context)];
  } finally {
    await devices.stop();
  }
}
