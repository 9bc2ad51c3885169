import { type ErrorCode, OcelliError } from "@ocelli/model";
import { Plugin } from "@ocelli/proto/plugin";
import { FaultOrigin, FaultRetry, FaultScope, PollStatus } from "@ocelli/proto/resource";
import { describe, expect, test } from "vitest";
import { createClient, FaultError, statusOf, toStatus } from "./index.js";
import { detailsMaxBytes } from "./limits.js";
import { loopback, plugin } from "./testing/loopback.js";

const numbers: Record<ErrorCode, number> = {
  cancelled: 1,
  invalid: 3,
  timeout: 4,
  not_found: 5,
  denied: 7,
  exhausted: 8,
  precondition: 9,
  conflict: 10,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
};

/** What a client sees of an error a handler throws. */
async function across(error: unknown): Promise<{ seen: unknown; logged: unknown[] }> {
  const logged: unknown[] = [];
  const service = plugin(() => {
    throw error;
  });
  const { connection } = await loopback([service], { log: { error: (fields) => void logged.push(fields["err"]) } });
  const seen = await createClient(Plugin, connection)
    .handshake({})
    .catch((caught: unknown) => caught);
  return { seen, logged };
}

describe("an error crosses the wire", () => {
  test.for(Object.entries(numbers))("%s is gRPC status %d and comes back as itself", async ([code, number]) => {
    const error = new OcelliError(code as ErrorCode, "what happened");
    expect(toStatus(error).code).toBe(number);
    const { seen } = await across(error);
    expect(seen).toBeInstanceOf(OcelliError);
    expect(seen).toMatchObject({ code, message: "what happened" });
  });

  test.for([
    { why: "already exists is a conflict", number: 6, code: "conflict" },
    { why: "out of range is invalid", number: 11, code: "invalid" },
    { why: "unknown is internal", number: 2, code: "internal" },
    { why: "data loss is internal", number: 15, code: "internal" },
    { why: "a number nobody defined is internal", number: 99, code: "internal" },
  ])("of another implementation: $why", ({ number, code }) => {
    const foreign = Object.assign(new Error("x"), { code: number, details: "theirs" });
    expect(statusOf(foreign)).toMatchObject({ code, message: "theirs" });
  });

  test("what nobody meant to show leaves as internal error, and its cause is logged", async () => {
    const cause = new TypeError("the password is hunter2");
    const { seen, logged } = await across(cause);
    expect(seen).toMatchObject({ code: "internal", message: "internal error" });
    expect(logged).toEqual([cause]);
  });

  test("a fault says on the other side whose it was and when to try again", async () => {
    const fault = {
      message: "the device refused the community",
      origin: FaultOrigin.CREDENTIALS,
      retry: FaultRetry.NEVER,
      scope: FaultScope.PLUGIN,
      status: PollStatus.AUTHENTICATION,
    };
    const { seen } = await across(new FaultError("denied", fault));
    expect(seen).toBeInstanceOf(FaultError);
    expect(seen).toMatchObject({ code: "denied", message: fault.message, fault });
  });

  test("a long story is cut where a channel would hang", async () => {
    const message = `é${"ü".repeat(80_000)}`;
    const { seen } = await across(new FaultError("internal", { message, retry: FaultRetry.NEVER }));
    expect(seen).toMatchObject({ fault: { retry: FaultRetry.NEVER } });
    const { fault } = seen as FaultError;
    expect(Buffer.byteLength(fault.message)).toBeLessThanOrEqual(1024);
    expect(fault.message).toMatch(/^éü+…$/);
    const details = toStatus(new FaultError("internal", { message })).metadata.get("grpc-status-details-bin")[0];
    expect(details?.length).toBeLessThanOrEqual(detailsMaxBytes);
  });

  test.for([
    { why: "empty details", details: "" },
    { why: "details that are no message", details: "\u0007garbage" },
    { why: "details cut in the middle", details: "\u001a\u00ff" },
  ])("$why say nothing, and break nothing", ({ details }) => {
    const status = toStatus(new OcelliError("denied", "no"));
    status.metadata.set("grpc-status-details-bin", Buffer.from(details));
    expect(statusOf(Object.assign(new Error("no"), status))).toMatchObject({ code: "denied", message: "no" });
  });
});
