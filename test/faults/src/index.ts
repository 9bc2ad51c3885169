export { faults } from "./faults/index.js";
export type { Bar, Done, Fault, Judged } from "./run/fault.js";
export type { Report } from "./run/report.js";
export { type RunOptions, runFault } from "./run/run-fault.js";
