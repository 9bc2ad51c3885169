import { z } from "zod";

/** Panoptes' keys in [main] hold where [ping] says nothing. */
export const PingSettings = z.strictObject({
  ping: z
    .strictObject({
      method: z
        .enum(["auto", "fping", "tcp"])
        .default("auto")
        .describe("auto takes fping where it is there and allowed to, else TCP"),
      count: z.int().min(1).max(100).optional().describe("How many probes; 3 by default"),
      timeout_s: z
        .number()
        .min(0.05)
        .max(60)
        .optional()
        .describe("How long one probe may take, in seconds; 2 by default"),
      interval_ms: z.int().min(10).max(60_000).default(200).describe("From one probe to the next, in milliseconds"),
      tcp_port: z.int().min(1).max(65_535).optional().describe("The port for TCP; otherwise see the README"),
    })
    .prefault({}),
  main: z
    .strictObject({
      count: z.int().min(1).max(100).optional().describe("As in Panoptes: how many probes"),
      timeout: z.number().min(0.05).max(60).optional().describe("As in Panoptes: seconds"),
    })
    .prefault({}),
});

export type PingSettings = z.infer<typeof PingSettings>;

/** What a run needs to know. */
export interface PingPlan {
  readonly count: number;
  readonly timeoutMs: number;
  readonly intervalMs: number;
}

/** The settings with their defaults. What would not fit into `budgetMs` waits shorter for each answer. */
export function planOf({ ping, main }: PingSettings, budgetMs: number): PingPlan {
  const count = ping.count ?? main.count ?? 3;
  const timeoutMs = (ping.timeout_s ?? main.timeout ?? 2) * 1000;
  const left = budgetMs - (count - 1) * ping.interval_ms;
  return { count, timeoutMs: Math.max(50, Math.min(timeoutMs, left)), intervalMs: ping.interval_ms };
}
