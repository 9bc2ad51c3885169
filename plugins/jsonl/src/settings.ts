import { z } from "zod";

export const JsonlSettings = z.strictObject({
  jsonl: z.strictObject({
    path: z.string().min(1).describe("The file; a relative one counts from the plugin file's folder"),
    max_bytes: z.int().min(4096).default(104_857_600).describe("A file that would grow beyond is rotated"),
    keep: z.int().min(1).max(1000).default(5).describe("How many rotated files are kept"),
    gzip: z.boolean().default(false).describe("Compress rotated files"),
  }),
  ocelli: z.strictObject({ directory: z.string().optional() }).optional(),
});

export type JsonlSettings = z.infer<typeof JsonlSettings>;
