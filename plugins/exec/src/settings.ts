import { secret } from "@ocelli/plugin-sdk";
import { z } from "zod";
import { timestampUnits } from "./formats/influx.js";

/** A key that a placeholder can name. */
const key = z.string().regex(/^[A-Za-z0-9_.-]+$/, "a key is letters, digits, _, . and -");
const variable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "a variable is a letter or _, then letters, digits and _");

export const ExecSettings = z.strictObject({
  exec: z.strictObject({
    command: z.string().min(1).describe("The program and its arguments, with placeholders such as {resource.host}"),
    format: z.enum(["nagios", "influx", "openmetrics", "jsonl"]).describe("What it prints"),
    mode: z
      .enum(["per_run", "kept"])
      .default("per_run")
      .describe("Started for every run, or kept running and asked by lines on its stdin"),
    group: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "a group is a letter or _, then letters, digits and _")
      .optional()
      .describe("The name of the groups, for nagios and openmetrics; the program's name where it is not said"),
    timeout_s: z
      .number()
      .min(0.05)
      .max(86_400)
      .optional()
      .describe("For the program; the run's time where it is not said"),
    kill_after_s: z
      .number()
      .min(0)
      .max(60)
      .default(1)
      .describe("From SIGTERM to SIGKILL, in seconds; at most a fifth of the run's time"),
    concurrency: z.int().min(1).max(1_000).default(10).describe("Programs of this plugin at a time"),
    max_output_bytes: z
      .int()
      .min(1_024)
      .max(67_108_864)
      .default(1_048_576)
      .describe("Of one run, on stdout and on stderr each; a program that writes more is ended"),
    directory: z
      .string()
      .min(1)
      .optional()
      .describe("Where it is started; the plugin file's folder where it is not said"),
    counters: z.array(z.string().min(1)).default([]).describe("influx: fields that are counters, such as *_total"),
    timestamp_unit: z.enum(timestampUnits).default("ns").describe("influx: what timestamps count"),
    text_fields: z
      .enum(["leave_out", "dimension"])
      .default("leave_out")
      .describe("influx: what becomes of fields that are text"),
    kilobyte: z
      .union([z.literal(1_024), z.literal(1_000)])
      .default(1_024)
      .describe("nagios: what 1KB is, in bytes"),
  }),
  environment: z.record(variable, z.string()).prefault({}).describe("Variables for the program, with placeholders"),
  settings: z
    .record(key, z.string())
    .prefault({})
    .describe("For {settings.KEY}, and for the requests to a kept program"),
  secret: z.record(key, secret()).prefault({}).describe("For {secret.KEY}, best in [environment]"),
  ocelli: z.strictObject({ directory: z.string().optional() }).optional(),
});

export type ExecSettings = z.infer<typeof ExecSettings>;
