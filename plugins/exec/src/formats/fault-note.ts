import { type FaultStatus, nearest, pollStatuses } from "@ocelli/plugin-sdk";

/** What a program says is wrong. */
export interface FaultNote {
  readonly status: FaultStatus;
  readonly message: string;
}

/** A fault as a program writes it, `{"status": "timeout", "message": "…"}`, or what is wrong with it. */
export function readFault(value: unknown): FaultNote | string {
  if (typeof value !== "object" || value === null) return `"fault" is an object with "status" and "message"`;
  const { status = "internal", message = "" } = value as Readonly<Record<string, unknown>>;
  const known = pollStatuses.filter((one) => one !== "success");
  const found = known.find((one) => one === status);
  if (typeof message !== "string") return `"message" of the fault is text`;
  if (found) return { status: found, message: message || "the program says no more" };
  const near = nearest(String(status), known);
  return `${JSON.stringify(status)} is no status of a fault: ${near === undefined ? known.join(", ") : `did you mean ${near}?`}`;
}
