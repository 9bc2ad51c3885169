import { hostname } from "node:os";
import { type SharedSettings, sharedSections, wholeNumber } from "@ocelli/runtime";
import { z } from "zod";

/** The settings of a scheduler: an INI file and `OCELLI_<SECTION>__<KEY>`. */
export const SchedulerConfig = z.strictObject({
  scheduler: z
    .strictObject({
      /** Unique among the schedulers of a mesh. */
      id: z.string().min(1).default(hostname()),
      /** How often it is looked at what is due, in ms. */
      tick_ms: wholeNumber(5, 1_000).default(25),
      /** How long the leadership of a partition holds without renewal, in ms: what a takeover waits for. */
      lease_ms: wholeNumber(1_000, 60_000).default(3_000),
    })
    .prefault({}),
  /** What a device stands, over all plugins. The metadata of its resources may say otherwise. */
  device: z
    .strictObject({
      /** Runs against one endpoint at a time. */
      max_in_flight: wholeNumber(1, 10_000).default(4),
      /** Between two starts at one endpoint, in ms. */
      min_gap_ms: wholeNumber(0, 3_600_000).default(0),
    })
    .prefault({}),
  ...sharedSections,
});

export type SchedulerSettings = z.output<typeof SchedulerConfig> & SharedSettings;
