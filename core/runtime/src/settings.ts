import { z } from "zod";
import { logLevels } from "./logger.js";

/** A whole number written as text, within limits. */
export function wholeNumber(min: number, max: number) {
  return z.coerce.number().int().min(min).max(max);
}

/** A comma-separated list. */
export const list = z.string().transform((text) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== ""),
);

/** Sections that every service has. */
export const sharedSections = {
  nats: z
    .strictObject({
      /** Comma-separated nats:// or tls:// URLs. */
      urls: list.default(["nats://127.0.0.1:4222"]),
      /** First token of every name, so that several meshes can share a cluster. */
      prefix: z
        .string()
        .regex(/^[a-z][a-z0-9]*$/, "must be lower-case letters and digits")
        .default("ocelli"),
      /** Partitions of a new mesh. Cannot change later. */
      partitions: wholeNumber(1, 1024).default(1),
      replicas: wholeNumber(1, 5).default(1),
      retention_hours: wholeNumber(1, 24 * 365).default(24),
      retention_mib: wholeNumber(16, 1024 * 1024).default(1024),
      credentials_file: z.string().optional(),
      ca_file: z.string().optional(),
    })
    .prefault({}),
  grpc: z
    .strictObject({
      /** host:port; port 0 takes a free one. */
      listen: z.string().default("127.0.0.1:0"),
      /** host:port under which others reach it, where that differs from what it listens on. */
      advertise: z.string().optional(),
    })
    .prefault({}),
  log: z.strictObject({ level: z.enum(logLevels).default("info") }).prefault({}),
};

export type SharedSettings = {
  [Section in keyof typeof sharedSections]: z.output<(typeof sharedSections)[Section]>;
};
