import type { ModuleLink } from "@ocelli/module-host";
import { fieldLines } from "../display/fields.js";
import { span } from "../display/span.js";
import { table } from "../output.js";
import { type SettingsRow, settingsRows } from "./settings-rows.js";

/** What a module says of itself, for programs. */
export function manifestView({ identity, limits, description }: ManifestSource): object {
  const { schema, schemaJson: _text, ...rest } = description;
  return { handshake: { ...identity, limits }, describe: { ...rest, settingsSchema: schema.root } };
}

type ManifestSource = Pick<ModuleLink, "identity" | "limits" | "description">;

/** The same for people: names and values, then the keys of its plugin file. */
export function manifestText({ identity, limits, description }: ManifestSource): string {
  const { name, version, sdk, language, capabilities } = identity;
  const known = (ms: number): string => (ms === 0 ? "" : span(ms));
  const fields = fieldLines({
    module: `${name} ${version}`.trim(),
    says: description.description,
    services: description.services.join(", "),
    language: [language, sdk].filter((part) => part !== "").join(", "),
    capabilities: capabilities.join(", "),
    "emits types": description.emitsResourceTypes.join(", "),
    "emits facts": description.emitsEnrichments.join(", "),
    "wants facts": description.wantsEnrichments.join(", "),
    "a run takes": known(description.typicalDurationMs),
    "at the longest": known(description.longestDurationMs),
    "run twice": description.repeatIsHarmless ? "does no harm" : "",
    message: `at most ${limits.messageBytes} bytes`,
    calls: `at most ${limits.callsInFlight} at a time, ${limits.itemsPerCall} items each`,
  });
  const rows = settingsRows(description.schema.root);
  const settings = rows.length === 0 ? "It takes no settings.\n" : settingsTable(rows);
  return `${fields.join("\n")}\n\n${settings}`;
}

function settingsTable(rows: readonly SettingsRow[]): string {
  return table(rows, [
    { title: "section", of: ({ section }) => section },
    { title: "key", of: ({ key }) => key || "*" },
    { title: "type", of: ({ type }) => type || "any" },
    { title: "default", of: ({ default: given, required }) => given ?? (required ? "required" : "-") },
    { title: "secret", of: ({ secret }) => (secret ? "yes" : "-") },
    { title: "what it is", of: ({ description }) => description || "-" },
  ]);
}
