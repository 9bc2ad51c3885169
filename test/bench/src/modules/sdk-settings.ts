import { z } from "zod";

/** Where the module's counts can be read. */
export const reportSettings = z.strictObject({ bench: z.strictObject({ report: z.string() }) });
