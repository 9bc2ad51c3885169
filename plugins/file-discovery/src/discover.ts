import { type DiscoverContext, PollFault } from "@ocelli/plugin-sdk";
import type { FoundResource } from "./entry.js";
import { lookUp } from "./look-up.js";
import { defaultsOf, type FileDiscoverySettings, labelMapOf } from "./settings.js";
import { sourcesOf } from "./sources.js";

/** Yields what the sources say. Whatever could not be read makes the discovery incomplete, so that nothing is removed;
 *  where nothing could be read, it fails. */
export async function* discover(ctx: DiscoverContext<FileDiscoverySettings>): AsyncGenerator<FoundResource> {
  const { source, map, defaults } = ctx.settings;
  const { sources, missing } = await sourcesOf(ctx.settings);
  const options = { format: source.format, map: labelMapOf(map), defaults: defaultsOf(defaults) };
  const looked = await lookUp(sources, missing, options, ctx.signal);
  if (looked.kind === "failed") throw new PollFault(looked.status, looked.reason, { origin: "target" });
  for (const finding of looked.findings) {
    if (finding.kind === "resource") yield finding.resource;
    else ctx.partial(finding.where, new PollFault(finding.status, finding.reason, { origin: "target" }));
  }
}
