import type { Resource, ResourceContext } from "@ocelli/plugin-sdk";
import type { ExecSettings } from "./settings.js";
import type { Facts } from "./template/fill.js";

/** What a run's placeholders are filled in from. */
export function factsOf(ctx: ResourceContext<ExecSettings>, resource: Resource | undefined, timeoutMs: number): Facts {
  const { settings, secret } = ctx.settings;
  return {
    resource,
    settings,
    secret,
    run: {
      plugin: ctx.plugin,
      slot_at_ms: String(ctx.slotAtMs),
      frequency_s: String(ctx.frequencyMs / 1000),
      // Rounded down, so that a program that is told can end in time by itself.
      timeout_s: String(Math.max(1, Math.floor(timeoutMs / 1000))),
    },
  };
}
