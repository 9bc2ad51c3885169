import { faultFromProto } from "@ocelli/codec";
import { type Fault, messageOf, type OcelliError } from "@ocelli/model";
import { FaultError, statusOf } from "@ocelli/rpc";
import type { CallHost } from "./call-host.js";

const module: Omit<Fault, "message"> = {
  origin: "plugin",
  retry: "next_slot",
  scope: "item",
  status: "internal",
};

/** An answer that cannot be used. */
export function refusedFault(host: CallHost, why: string): Fault {
  return { ...module, message: `the answer of ${host.title} is refused: ${why}` };
}

/** No answer in time. */
export function lateFault(host: CallHost, deadlineMs: number): Fault {
  return { ...module, status: "timeout", message: `${host.title} did not answer within ${Math.round(deadlineMs)} ms` };
}

/** The module was busy with other calls for the whole time. */
export function busyFault(host: CallHost, deadlineMs: number): Fault {
  const calls = `${host.limits.callsInFlight} calls`;
  return {
    ...module,
    status: "timeout",
    message: `${host.title} was busy with ${calls} for ${Math.round(deadlineMs)} ms, and takes no more at a time`,
  };
}

/** The call ended well, but not every item was answered. */
export function unansweredFault(host: CallHost): Fault {
  return { ...module, message: `${host.title} ended its answers without one for this item` };
}

/** What a failed call means for everything it left open. */
export async function callFault(host: CallHost, thrown: unknown): Promise<Fault> {
  const error = statusOf(thrown);
  if (error instanceof FaultError) {
    const fault = faultFromProto(error.fault);
    return { ...fault, message: fault.message || `${host.title} failed` };
  }
  switch (error.code) {
    case "unavailable": {
      const reason = await host.lossReason();
      const message =
        reason === undefined
          ? `${host.title} is not available: ${error.message}`
          : `${host.title} was lost while it worked: ${reason}`;
      host.lost(message);
      return { ...module, scope: "module", retry: host.repeatIsHarmless ? "at_once" : "next_slot", message };
    }
    case "exhausted":
      return { ...module, scope: "plugin", message: tooLarge(host, error) };
    case "precondition":
      return {
        ...module,
        origin: "host",
        retry: "at_once",
        message: `${host.title} does not have these settings: ${error.message}`,
      };
    case "timeout":
      return { ...module, status: "timeout", message: `${host.title}: ${error.message}` };
    default:
      return { ...module, message: `${host.title} failed: ${messageOf(error)}` };
  }
}

function tooLarge(host: CallHost, error: OcelliError): string {
  const [, bytes] = /larger than max \((\d+) vs/i.exec(error.message) ?? [];
  if (bytes === undefined) return `${host.title} refused: ${error.message}`;
  const limit = host.limits.messageBytes;
  return `${host.title} sent a message of ${bytes} bytes, and at most ${limit} are taken: it has to split its answers`;
}
