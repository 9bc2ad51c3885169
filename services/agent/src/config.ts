import { hostname } from "node:os";
import { type SharedSettings, sharedSections, wholeNumber } from "@ocelli/runtime";
import { z } from "zod";

/** The settings of an agent: an INI file and `OCELLI_<SECTION>__<KEY>`. */
export const AgentConfig = z.strictObject({
  agent: z
    .strictObject({
      /** Unique among the agents of a mesh. */
      id: z.string().min(1).default(hostname()),
      /** Most runs in flight over all plugins. */
      max_in_flight: wholeNumber(1, 100_000).default(2_000),
      /** How long a claim holds unless it is renewed. */
      lease_seconds: wholeNumber(3, 600).default(15),
      /** How long running work may take when the agent stops. */
      grace_seconds: wholeNumber(0, 3_600).default(20),
      /** How long a module may take to answer the handshake. */
      start_timeout_seconds: wholeNumber(1, 600).default(10),
    })
    .prefault({}),
  spool: z
    .strictObject({
      /** Where results that wait for the broker are copied to, a folder for each agent. Empty: in the state directory of the
       *  installation, where there is one. `off`: nowhere. */
      directory: z.string().default(""),
      /** How much of them, in MiB. */
      max_mib: wholeNumber(1, 1024 * 1024).default(256),
    })
    .prefault({}),
  ...sharedSections,
});

export type AgentSettings = z.output<typeof AgentConfig> & SharedSettings;
