import { secret } from "@ocelli/plugin-sdk";
import { z } from "zod";
import { isExpectation } from "./expected-status.js";

export const HttpSettings = z.strictObject({
  http: z
    .strictObject({
      url: z
        .url({ protocol: /^https?$/ })
        .optional()
        .describe("The address to ask; otherwise made from the endpoint"),
      scheme: z
        .enum(["http", "https"])
        .optional()
        .describe("For endpoints that are no URL; https on port 443, else http"),
      port: z.int().min(1).max(65_535).optional().describe("Instead of the endpoint's port"),
      path: z.string().startsWith("/").optional().describe("Instead of the endpoint's path"),
      method: z.enum(["GET", "HEAD"]).default("GET"),
      timeout_s: z.number().min(0.05).max(300).default(10).describe("For everything together, in seconds"),
      max_redirects: z.int().min(0).max(20).default(5),
      max_body_bytes: z
        .int()
        .min(0)
        .max(67_108_864)
        .default(1_048_576)
        .describe("The rest of a larger body is not read"),
      expected_status: z
        .array(z.string().refine(isExpectation, "write it as 200, 2xx or 200-399"))
        .min(1)
        .default(["200-399"]),
      body_match: z.string().min(1).refine(isPattern, "not a regular expression").optional(),
      tls_verify: z
        .boolean()
        .default(true)
        .describe("Whether to ask nothing of a server whose certificate is not trusted"),
      ca_file: z.string().min(1).optional().describe("PEM file of the authorities to trust instead of the usual ones"),
    })
    .refine((http) => http.method !== "HEAD" || http.body_match === undefined, {
      error: "an answer to HEAD has no body: body_match needs method GET",
    })
    .prefault({}),
  headers: z.record(z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, "not a header's name"), secret()).prefault({}),
  ocelli: z.strictObject({ directory: z.string().optional() }).optional(),
});

export type HttpSettings = z.infer<typeof HttpSettings>;

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
