import { PollFault } from "@ocelli/plugin-sdk";
import { isOfDevice, SnmpFailure } from "./snmp/failure.js";
import type { SnmpRequests } from "./snmp/session.js";
import type { SessionPool } from "./snmp/session-pool.js";
import type { SnmpTarget } from "./snmp/target.js";

/** Runs `work` with a session to the device. A session that failed is not used again. Failures leave as PollFault. */
export async function withSession<T>(
  pool: SessionPool,
  target: SnmpTarget,
  work: (requests: SnmpRequests) => Promise<T>,
): Promise<T> {
  try {
    using lease = await pool.lease(target);
    try {
      return await work(lease.session);
    } catch (error) {
      if (!(error instanceof SnmpFailure) || isOfDevice(error)) lease.retire();
      throw error;
    }
  } catch (error) {
    throw error instanceof SnmpFailure ? pollFaultOf(error, target) : error;
  }
}

function pollFaultOf(failure: SnmpFailure, target: SnmpTarget): PollFault {
  const { kind, message } = failure;
  const options = { cause: failure };
  switch (kind) {
    case "timeout": {
      const tries = target.retries === 0 ? "" : `, asked ${target.retries + 1} times`;
      const text = `${message} within ${target.timeoutMs / 1000} s${tries}${silenceHint(target)}`;
      return new PollFault("timeout", text, options);
    }
    case "stopped":
      return new PollFault("timeout", message, options);
    case "authentication":
      return new PollFault("authentication", message, options);
    case "network":
    case "garbled":
      return new PollFault("network", message, options);
    case "too_big":
    case "no_such_name":
    case "refused":
      return new PollFault("missing_metrics", message, options);
  }
}

/** Wrong credentials that devices are silent about. */
function silenceHint({ credentials }: SnmpTarget): string {
  if (credentials.version !== "3")
    return `; to a wrong community an SNMP ${credentials.version} device says nothing either`;
  return credentials.user.level === "authPriv" ? "; to a wrong privacy key many devices say nothing either" : "";
}
