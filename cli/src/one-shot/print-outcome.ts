import type { Resource } from "@ocelli/model";
import { toJson } from "../display/json.js";
import { span } from "../display/span.js";
import { type Format, print, say } from "../output.js";
import { foundText, summaryText } from "../views/found-text.js";
import { setView } from "../views/result-view.js";
import type { OnceOutcome } from "./run-once.js";

/** What one run found: on stdout as a table or JSON, and on stderr in a line how it went. */
export function printOutcome(
  { found, module, tookMs }: OnceOutcome,
  about: { readonly plugin: string; readonly resource: Resource | undefined },
  format: Format,
): void {
  const { kind, status, fault, groups, sets, discovery, receipt } = found;
  if (format === "table") print(foundText(found));
  else {
    const what = { polling: { groups }, enrichment: { sets: sets.map(setView) }, discovery, sink: receipt }[kind];
    const head = { plugin: about.plugin, module, kind, resource: about.resource ?? null };
    print(`${toJson({ ...head, status, fault: fault ?? null, tookMs: Math.round(tookMs), ...what })}\n`);
  }
  say(`${summaryText(found)}, took ${span(tookMs)}`);
}
