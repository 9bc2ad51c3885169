import { dirname } from "node:path";
import type { Kind, PluginSpec, Problem } from "@ocelli/model";
import type { ModuleLink } from "./link/module-link.js";
import type { ReferenceResolver } from "./settings/references.js";
import type { SettingsSource } from "./settings/settings-source.js";
import { type TypedSettings, typeSettings } from "./settings/typed-settings.js";

/** What a module makes of a plugin file. */
export type Judgement =
  | {
      readonly kind: "accepted";
      readonly service: Kind;
      readonly settings: TypedSettings;
      readonly warnings: readonly Problem[];
    }
  | {
      readonly kind: "refused";
      /** Undefined where the file and the module do not agree on one. */
      readonly service: Kind | undefined;
      readonly problems: readonly Problem[];
      /** Something outside the file was missing: the same file may be right later. */
      readonly mayChange: boolean;
    };

/** Looks at a plugin file through the eyes of its module: the service it names, its settings by the module's schema, and
 *  what the module itself says. Lists every problem with its line. Throws OcelliError where the module does not answer. */
export async function judge(
  link: ModuleLink,
  spec: PluginSpec,
  resolver: ReferenceResolver,
  signal: AbortSignal,
): Promise<Judgement> {
  const { services, schema } = link.description;
  const source = sourceOf(spec);
  const chosen = chooseService(spec.service, services, link.title);
  const service = chosen.kind === "service" ? chosen.service : undefined;
  const problems: Problem[] = chosen.kind === "service" ? [] : [{ file: spec.file, line: 0, message: chosen.why }];
  const typed = await typeSettings(source, schema, resolver);
  if (typed.kind === "problems") {
    return { kind: "refused", service, problems: [...problems, ...typed.problems], mayChange: typed.mayChange };
  }
  const { errors, warnings } = await link.validate(spec.name, typed.settings, source, signal);
  problems.push(...errors);
  if (service === undefined || problems.length > 0) return { kind: "refused", service, problems, mayChange: false };
  return { kind: "accepted", service, settings: typed.settings, warnings };
}

/** The part of a plugin file that its module sees. */
export function sourceOf(spec: PluginSpec): SettingsSource {
  return { file: spec.file, directory: dirname(spec.file), settings: spec.settings };
}

/** The service of a module that a plugin uses: the one it names, or the only one. */
export function chooseService(
  wanted: Kind | undefined,
  offered: readonly Kind[],
  title: string,
): { readonly kind: "service"; readonly service: Kind } | { readonly kind: "unclear"; readonly why: string } {
  const [only, ...more] = offered;
  if (wanted !== undefined) {
    if (offered.includes(wanted)) return { kind: "service", service: wanted };
    return { kind: "unclear", why: `[Core] Service is ${wanted}, and ${title} offers ${offered.join(" and ")} only` };
  }
  if (only !== undefined && more.length === 0) return { kind: "service", service: only };
  return {
    kind: "unclear",
    why: `[Core] needs Service, as ${title} offers ${offered.join(" and ")}: name one of them`,
  };
}
