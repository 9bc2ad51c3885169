import type { CallOptions } from "./call-options.js";
import { type Connection, channelOf } from "./connection.js";
import { metadataOf } from "./open-call.js";
import { statusOf } from "./status.js";

/** What a server says of itself. "unimplemented": it does not serve grpc.health.v1.Health. */
export type Health = "serving" | "not_serving" | "unknown" | "unimplemented";

const words: Readonly<Record<number, Health>> = { 1: "serving", 2: "not_serving" };

/** The field `status` of a HealthCheckResponse, as a varint. <https://github.com/grpc/grpc/blob/master/doc/health-checking.md> */
const statusTag = 0x08;

/** Asks a server by the standard health service how it is as a whole. Throws OcelliError where it does not answer. */
export function askHealth(connection: Connection, { timeoutMs = 5_000, metadata = {} }: CallOptions): Promise<Health> {
  return new Promise((resolve, reject) => {
    channelOf(connection).client.makeUnaryRequest(
      "/grpc.health.v1.Health/Check",
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => bytes,
      Buffer.alloc(0),
      metadataOf({ metadata }),
      { deadline: Date.now() + timeoutMs },
      (error, answer) => {
        if (!error) {
          const at = answer ? answer.indexOf(statusTag) : -1;
          resolve(at < 0 ? "unknown" : (words[answer?.[at + 1] ?? 0] ?? "unknown"));
          return;
        }
        const status = statusOf(error);
        if (status.code === "unimplemented") resolve("unimplemented");
        else reject(status);
      },
    );
  });
}
