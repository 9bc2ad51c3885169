import { meshRows } from "./mesh/mesh-rows.js";
import { bullmq } from "./peers/bullmq.js";
import { celery } from "./peers/celery.js";
import type { RowMaker } from "./row.js";
import { schedulerRows } from "./scheduler-scale/scale-rows.js";
import { sdkRows } from "./sdk/sdk-rows.js";
import { snmpRows } from "./snmp/snmp-rows.js";
import { yardstickRows } from "./yardsticks/yardstick-rows.js";

/** Every row, in the order they are made. */
export const rowMakers: readonly RowMaker[] = [
  ...yardstickRows,
  bullmq,
  celery,
  ...meshRows,
  ...schedulerRows,
  ...snmpRows,
  ...sdkRows,
];
