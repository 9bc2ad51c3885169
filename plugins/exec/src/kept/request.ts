import type { Resource, ResourceContext } from "@ocelli/plugin-sdk";
import type { ExecSettings } from "../settings.js";

/** The request of a number, for a program that has `leftMs` to answer it. */
export type LineOf = (id: number, leftMs: number) => string;

/** One line on the stdin of a kept program. `id` stands first, so that a shell can cut it out. */
export function requestLine(
  id: number,
  resource: Resource,
  deadlineMs: number,
  ctx: ResourceContext<ExecSettings>,
): string {
  const { ttlS: _, ...rest } = resource;
  const request = {
    id,
    plugin: ctx.plugin,
    resource: rest,
    slot_at_ms: ctx.slotAtMs,
    frequency_ms: ctx.frequencyMs,
    deadline_ms: Math.floor(deadlineMs),
    settings: ctx.settings.settings,
  };
  return `${JSON.stringify(request)}\n`;
}
