import { z } from "zod";

export const PrometheusSettings = z.strictObject({
  prometheus: z
    .strictObject({
      listen: z
        .string()
        .regex(/^(\[[0-9a-fA-F:.]+\]|[^:[\]\s]*):\d{1,5}$/, "write it as host:port, such as 127.0.0.1:9464")
        .refine((listen) => hostAndPort(listen).port <= 65_535, "a port is at most 65535")
        .default("127.0.0.1:9464")
        .describe("host:port; port 0 takes any free one"),
      path: z.string().startsWith("/").default("/metrics"),
      prefix: z
        .string()
        .regex(/^[a-zA-Z_]*[a-zA-Z0-9_]*$/, "letters, digits and underscores only")
        .default("ocelli_")
        .describe("Put before every name"),
      ttl_seconds: z
        .number()
        .min(1)
        .optional()
        .describe("How long a series is shown after it was last measured; three intervals of its plugin by default"),
      max_series: z.int().min(1).default(1_000_000).describe("Beyond, new series are left out and logged"),
      port_file: z.string().min(1).optional().describe("Where to write the port that was taken"),
    })
    .prefault({}),
  ocelli: z.strictObject({ directory: z.string().optional() }).optional(),
});

export type PrometheusSettings = z.infer<typeof PrometheusSettings>;

/** Host and port of `listen`. No host means every address of the machine. */
export function hostAndPort(listen: string): { host: string | undefined; port: number } {
  const at = listen.lastIndexOf(":");
  const host = listen.slice(0, at).replace(/^\[|\]$/g, "");
  return { host: host === "" ? undefined : host, port: Number(listen.slice(at + 1)) };
}
