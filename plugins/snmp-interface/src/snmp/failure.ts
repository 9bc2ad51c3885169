/** How a request to a device can end badly.
 *  - `timeout`: no answer. On v1 and v2c a wrong community looks the same: agents drop such requests.
 *  - `network`: the system said that the device cannot be reached or that nothing listens there.
 *  - `authentication`: v3 only: the device refused the user, the keys or the security level.
 *  - `too_big`: the answer does not fit into a message; asking for less helps.
 *  - `no_such_name`: v1 only: nothing after this OID.
 *  - `refused`: the device answered with an error status.
 *  - `garbled`: the answer makes no sense.
 *  - `stopped`: the run was cancelled or its time is over. */
export type FailureKind =
  | "timeout"
  | "network"
  | "authentication"
  | "too_big"
  | "no_such_name"
  | "refused"
  | "garbled"
  | "stopped";

export class SnmpFailure extends Error {
  readonly kind: FailureKind;
  /** The OID that the device complains about, where it says so. */
  readonly oid: string | undefined;

  constructor(kind: FailureKind, message: string, options: { oid?: string | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "SnmpFailure";
    this.kind = kind;
    this.oid = options.oid;
  }
}

/** True for failures of the whole device, after which asking for another column is of no use. */
export function isOfDevice(failure: SnmpFailure): boolean {
  return !["too_big", "no_such_name", "refused"].includes(failure.kind);
}
