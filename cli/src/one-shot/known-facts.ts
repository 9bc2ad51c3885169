import { type EnrichmentSet, holdsJsonObject, OcelliError, type WorkItem } from "@ocelli/model";
import type { ModuleDescription } from "@ocelli/module-host";
import { readText } from "../resource-input/read-text.js";
import { type AskedLink, enrichOnce } from "./ask-module.js";

const givenTtlS = 3_600;

/** Reads `namespace=FILE` (or JSON in place of the file) as facts about the resource. Throws `invalid`. */
export async function givenFacts(argument: string): Promise<EnrichmentSet> {
  const [, namespace = "", source = ""] = /^([^=]+)=([\s\S]+)$/.exec(argument) ?? [];
  if (namespace === "") throw new OcelliError("invalid", `"${argument}" is not namespace=FILE`);
  const { text, from } = await readText(source);
  if (!holdsJsonObject(text)) throw new OcelliError("invalid", `${from} is not a JSON object`);
  return { namespace, schema: "", ttlS: givenTtlS, dataJson: new TextEncoder().encode(text), resourceId: "" };
}

/** The namespaces of the resource itself that a poll is given, by its plugin file or else by its module's wish. */
export function wantedNamespaces(preload: readonly string[], wants: readonly string[]): string[] {
  if (preload.length === 0) return [...wants];
  return preload.filter((entry) => entry.startsWith("self:")).map((entry) => entry.slice("self:".length));
}

/** Facts that a poll wants, that nobody gave, and that the module can find out by itself: in a mesh they would be there. */
export async function ownFacts(
  link: AskedLink & { readonly description: Pick<ModuleDescription, "services" | "emitsEnrichments"> },
  wanted: readonly string[],
  item: WorkItem,
  say: (sentence: string) => void,
  signal: AbortSignal,
): Promise<readonly EnrichmentSet[]> {
  const { services, emitsEnrichments } = link.description;
  const given = new Set(item.enrichments.map(({ namespace }) => namespace));
  const missing = wanted.filter((namespace) => !given.has(namespace));
  if (missing.length === 0) return [];
  if (!services.includes("enrichment") || !missing.some((namespace) => emitsEnrichments.includes(namespace))) {
    say(
      `polled without the enrichment ${missing.join(", ")} that it wants; give it with --enrichment ${missing[0]}=FILE`,
    );
    return [];
  }
  const { sets, fault } = await enrichOnce(link, item, signal);
  if (fault) say(`its own enrichment failed, ${fault.status}: ${fault.message}`);
  else say(`enriched first: ${sets.map(({ namespace }) => namespace).join(", ") || "nothing found"}`);
  return sets.filter(({ namespace }) => missing.includes(namespace));
}
